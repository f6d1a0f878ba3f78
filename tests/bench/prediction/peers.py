"""What one would use otherwise, as `predict(text, limit) -> ids`.

pg_trgm runs on the PostgreSQL of the tests, FTS5 on Python's SQLite; thefuzz and tantivy come with
`hsc-prediction[peers]`.
"""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parents[2]))
from support import postgres

Predict = Callable[[str, int], list[str]]
Rows = Sequence[dict[str, Any]]


@contextmanager
def fts5(products: Rows) -> Iterator[Predict]:
    """SQLite FTS5 with trigrams, ranked by BM25; trigrams of the text joined by OR."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE product USING fts5(id UNINDEXED, label, tokenize='trigram')")
    base.executemany("INSERT INTO product VALUES (?, ?)", [(p["id"], p["label"]) for p in products])

    def predict(text: str, limit: int) -> list[str]:
        text = text.lower().replace("\0", " ")
        grams = {gram for i in range(len(text) - 2) if '"' not in (gram := text[i : i + 3])}
        if not grams:
            return []
        query = " OR ".join(f'"{g}"' for g in sorted(grams))
        sql = "SELECT id FROM product WHERE product MATCH ? ORDER BY rank LIMIT ?"
        return [row[0] for row in base.execute(sql, (query, limit))]

    yield predict
    base.close()


@contextmanager
def pg_trgm(products: Rows) -> Iterator[Predict]:
    """PostgreSQL's word similarity of label and text, either way round, over a GiST index of trigrams."""
    with postgres.running() as server, psycopg.connect(server.create_database(), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE product (id text, label text)")
        with connection.cursor().copy("COPY product FROM STDIN") as copy:
            for p in products:
                copy.write_row((p["id"], p["label"]))
        connection.execute("CREATE INDEX ON product USING gist (label gist_trgm_ops (siglen = 64))")
        connection.execute("ANALYZE product")
        sql = "SELECT id FROM product ORDER BY %s <<-> label, label <-> %s LIMIT %s"

        def predict(text: str, limit: int) -> list[str]:
            return [row[0] for row in connection.execute(sql, (text, text, limit))]

        yield predict


@contextmanager
def tantivy(products: Rows) -> Iterator[Predict]:
    """Tantivy, its default tokens, each word of the text also with one slip."""
    library = import_module("tantivy")
    builder = library.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("label")
    schema = builder.build()
    index = library.Index(schema)
    writer = index.writer()
    for p in products:
        writer.add_document(library.Document(id=p["id"], label=p["label"]))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    query, should = library.Query, library.Occur.Should

    def predict(text: str, limit: int) -> list[str]:
        words = re.findall(r"\w+", text.lower())
        if not words:
            return []
        either = [(should, query.term_query(schema, "label", w)) for w in words]
        either += [(should, query.fuzzy_term_query(schema, "label", w, distance=1, prefix=True)) for w in words]
        hits = searcher.search(query.boolean_query(either), limit).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    yield predict


@contextmanager
def thefuzz(products: Rows) -> Iterator[Predict]:
    """thefuzz WRatio over all labels."""
    process = import_module("thefuzz.process")
    labels = {p["id"]: p["label"] for p in products}

    def predict(text: str, limit: int) -> list[str]:
        return [key for _, _, key in process.extract(text, labels, limit=limit)]

    yield predict


PEERS = {
    "SQLite FTS5 trigram": fts5,
    "pg_trgm word similarity": pg_trgm,
    "tantivy default tokens": tantivy,
    "thefuzz WRatio": thefuzz,
}
