// The conversation, only as much of it in the document as is seen. Follows the latest answer only when there.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { usePage } from "../page";
import { TurnView } from "./TurnView";

const NEAR = 48;
const BY_HAND_MS = 1000;

export function Conversation() {
  const t = useStrings();
  const turns = usePage((state) => state.turns);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const stuck = useRef(true);
  /** When a hand last scrolled; in the future while it drags the scroll bar. */
  const touched = useRef(Number.NEGATIVE_INFINITY);
  const [away, setAway] = useState(false);
  const count = turns.length;

  /** The bottom; with a long answer, where its question stands at the top. */
  const latest = useCallback(() => {
    const element = scroller.current;
    if (!element) return 0;
    const top = list.current?.getItemOffset(count - 1) ?? 0;
    return Math.max(0, Math.min(element.scrollHeight - element.clientHeight, top));
  }, [count]);

  const toLatest = useCallback(() => {
    stuck.current = true;
    setAway(false);
    list.current?.scrollToIndex(count - 1, { align: "start" });
  }, [count]);

  // Whoever asked wants to see the answer.
  useLayoutEffect(toLatest, [toLatest]);

  // A growing answer stays in sight, unless the person scrolled away to read.
  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty("--gutter", `${(element.offsetWidth - content.clientWidth) / 2}px`);
      const byHand = performance.now() - touched.current < BY_HAND_MS;
      if (stuck.current && !byHand) element.scrollTop = latest();
    });
    observer.observe(content);
    observer.observe(element);
    return () => observer.disconnect();
  }, [latest]);

  const touch = () => {
    touched.current = performance.now();
  };

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    // Rows that are measured move the end away too: only who scrolls by hand has left it.
    if (element.scrollTop > latest() - NEAR) stuck.current = true;
    else if (performance.now() - touched.current < BY_HAND_MS) stuck.current = false;
    setAway(!stuck.current);
  };

  return (
    <div className="conversation-frame">
      <div
        className="conversation"
        ref={scroller}
        onScroll={onScroll}
        onWheel={touch}
        onTouchMove={touch}
        onKeyDown={touch}
        onPointerDown={(event: PointerEvent) => {
          if (event.target === event.currentTarget) touched.current = Number.POSITIVE_INFINITY;
        }}
        onPointerMove={(event: PointerEvent) => {
          if (touched.current === Number.POSITIVE_INFINITY && event.buttons === 0) touch();
        }}
        role="log"
        aria-live="off"
        aria-label={t("conversation")}
        tabIndex={0}
      >
        <Virtualizer ref={list} scrollRef={scroller} data={turns} bufferSize={600}>
          {(turn) => <TurnView key={turn.id} turn={turn} />}
        </Virtualizer>
      </div>
      {away && (
        <button type="button" className="button jump" onClick={toLatest}>
          <Icon name="bottom" /> {t("jump")}
        </button>
      )}
    </div>
  );
}
