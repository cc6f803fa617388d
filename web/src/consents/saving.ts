/** Hands a text to the browser as a file to keep; it goes nowhere else. */
export function save(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Safari reads the file only after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
