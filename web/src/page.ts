// What every component may need, made once in main.tsx.
import { createContext } from "react";
import { useContext } from "react";
import type { Desk } from "./desk";
import { useSelected } from "./state/store";
import type { State } from "./state/model";

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("no desk around this component");
  return desk;
}

export function usePage<T>(select: (state: State) => T): T {
  return useSelected(useDesk().store, select);
}
