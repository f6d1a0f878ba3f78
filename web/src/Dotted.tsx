// Facts in a row with dots between them. The dots stand outside the facts: inside, each would follow its fact's direction.
import type { ComponentChildren } from "preact";
import { Children, Fragment } from "react";

export function Dotted({ children }: { children: ComponentChildren }) {
  return (
    <>
      {Children.toArray(children).map((child, index) => (
        <Fragment key={index}>
          {index > 0 && (
            <span className="separator" aria-hidden="true">
              {" · "}
            </span>
          )}
          {child}
        </Fragment>
      ))}
    </>
  );
}
