/** Brings the next open question into view after a tap; where somebody reads and types stays as it is. */
export function toNextQuestion(form: HTMLElement, answered: string, isAnswered: (item: string) => boolean): void {
  const questions = [...form.querySelectorAll<HTMLElement>("[data-item]")].filter((one) => one.offsetParent);
  const here = questions.findIndex((one) => one.dataset.item === answered);
  const next = questions.slice(here + 1).find((one) => !isAnswered(one.dataset.item ?? ""));
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  next?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}
