import { hue, monogram, withoutBrand } from "./state/text";

/** Stands for a product or brand; pictures are not loaded from third parties. */
export function Tile({ name, of }: { name: string; of: string }) {
  return (
    <span className="tile" aria-hidden="true" style={{ "--hue": String(hue(of || name)) }}>
      {monogram(withoutBrand(name, of))}
    </span>
  );
}
