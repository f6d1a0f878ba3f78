// What every component may need, made once in main.tsx.
import { createContext, useContext } from "react";
import type { Desk } from "./desk";
import type { State } from "./state/model";
import { useSelected } from "./state/store";

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("no desk around this component");
  return desk;
}

export function usePage<T>(select: (state: State) => T): T {
  return useSelected(useDesk().store, select);
}
