/** The words of a consent document. */
export function Text({ summary, paragraphs }: { summary: string; paragraphs: readonly string[] }) {
  return (
    <div class="document">
      <p class="summary">{summary}</p>
      <Paragraphs paragraphs={paragraphs} />
    </div>
  );
}

export function Paragraphs({ paragraphs }: { paragraphs: readonly string[] }) {
  return paragraphs.map((paragraph) => <Paragraph key={paragraph} text={paragraph} />);
}

/** Each begins with a few words that say what it is about; they stand out, so that one can find them. */
function Paragraph({ text }: { text: string }) {
  const [, about, rest] = /^(.{2,40}?[.?])\s(.+)$/s.exec(text) ?? [];
  return about ? (
    <p>
      <strong>{about}</strong> {rest}
    </p>
  ) : (
    <p>{text}</p>
  );
}
