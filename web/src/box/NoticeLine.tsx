import { megabytes, number, useStrings } from "../i18n/language";
import type { Notice } from "../state/model";
import { isolate } from "../state/text";

export function NoticeLine({ notice }: { notice: Notice }) {
  const t = useStrings();
  const params: Record<string, string> = {};
  if (notice.kind === "question-too-long") params.count = number(notice.length);
  if (notice.kind === "product-gone") params.product = isolate(notice.productId);
  if (notice.kind === "picture-size") params.size = megabytes(notice.bytes);
  return (
    <p className="notice" role="alert">
      {t(notice.kind, params)}
    </p>
  );
}
