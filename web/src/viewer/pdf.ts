// pdf.js, from our own origin, loaded when the first page is opened.
import * as pdfjs from "pdfjs-dist";
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";

export type Pdf = pdfjs.PDFDocumentProxy;
export type PdfPage = pdfjs.PDFPageProxy;
export { TextLayer } from "pdfjs-dist";

pdfjs.GlobalWorkerOptions.workerSrc = worker;

export function openPdf(data: Uint8Array): Promise<Pdf> {
  return pdfjs.getDocument({
    data,
    cMapUrl: "/pdfjs/cmaps/",
    cMapPacked: true,
    standardFontDataUrl: "/pdfjs/standard_fonts/",
    wasmUrl: "/pdfjs/wasm/",
    iccUrl: "/pdfjs/iccs/",
    // The page's policy allows neither eval nor WebAssembly.
    useWasm: false,
    enableXfa: false,
    stopAtErrors: false,
  }).promise;
}
