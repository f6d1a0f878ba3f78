// A picture that goes with a question: checked here, so that nobody waits for an upload that would be refused.
import type { Notice, Picture } from "./model";

const TYPES = new Set(["image/png", "image/jpeg", "image/webp"]);
const SENT_AT_MOST = 4 * 1024 * 1024;
const READ_AT_MOST = 25 * 1024 * 1024;
const LONGEST_EDGE = 2048;

export async function pictureFrom(file: File): Promise<{ picture: Picture } | { notice: Notice }> {
  if (!TYPES.has(file.type)) return { notice: { kind: "picture-type" } };
  if (file.size > READ_AT_MOST) return { notice: { kind: "picture-size", bytes: file.size } };
  try {
    const blob = file.size > SENT_AT_MOST ? await smaller(file) : file;
    if (blob.size > SENT_AT_MOST) return { notice: { kind: "picture-size", bytes: file.size } };
    const data = new Uint8Array(await blob.arrayBuffer());
    return { picture: { name: file.name, data, url: URL.createObjectURL(blob) } };
  } catch {
    return { notice: { kind: "picture-type" } };
  }
}

async function smaller(file: File): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_EDGE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
}
