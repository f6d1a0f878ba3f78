// The conversation, only as much of it in the document as is seen. Sticks to the bottom only when there.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { Icon } from "../icons";
import { useStrings } from "../i18n/language";
import { usePage } from "../page";
import { TurnView } from "./TurnView";

const NEAR = 48;

export function Conversation() {
  const t = useStrings();
  const turns = usePage((state) => state.turns);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const stuck = useRef(true);
  const [away, setAway] = useState(false);
  const count = turns.length;

  const toBottom = useCallback(() => {
    stuck.current = true;
    setAway(false);
    list.current?.scrollToIndex(count - 1, { align: "end" });
  }, [count]);

  // Whoever asked wants to see the answer.
  useLayoutEffect(toBottom, [toBottom]);

  // A growing answer keeps the bottom in sight, unless the person scrolled away to read.
  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const observer = new ResizeObserver(() => {
      if (stuck.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(content);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    stuck.current = near;
    setAway(!near);
  };

  return (
    <div className="conversation-frame">
      <div
        className="conversation"
        ref={scroller}
        onScroll={onScroll}
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
        <button type="button" className="button jump" onClick={toBottom}>
          <Icon name="bottom" /> {t("jump")}
        </button>
      )}
    </div>
  );
}
