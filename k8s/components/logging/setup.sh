#!/bin/sh
# The fields' types into Elasticsearch, the search by request id into Kibana. Safe to run again.
set -eu
here=$(dirname "$0")
curl -fsS -X PUT -H 'content-type: application/json' --data-binary "@$here/index-template.json" \
  "${ELASTICSEARCH:-http://elasticsearch:9200}/_index_template/hsc-jit"
curl -fsS -X POST -H 'kbn-xsrf: setup' -F "file=@$here/saved-search.ndjson" \
  "${KIBANA:-http://kibana:5601}/api/saved_objects/_import?overwrite=true"
