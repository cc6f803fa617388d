import { useEffect, useRef, useState } from "preact/hooks";

const USUAL_TEXT_PX = 16;

/** Where to draw, the width there is, and the size of text against the usual one. */
export function useRoom() {
  const place = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, unit: 1 });
  useEffect(() => {
    const box = place.current;
    if (!box) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const unit = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_TEXT_PX;
      setRoom({ width: Math.floor(entry?.contentRect.width ?? 0), unit: unit || 1 });
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return [place, room.width, room.unit] as const;
}
