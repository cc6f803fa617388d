/** Words for the kind of device this is: a name to begin with. */
export function deviceKind(agent: string): "iphone" | "ipad" | "android" | "mac" | "windows" | "other" {
  if (/iPhone/.test(agent)) return "iphone";
  if (/iPad/.test(agent)) return "ipad";
  if (/Android/.test(agent)) return "android";
  if (/Macintosh/.test(agent)) return "mac";
  if (/Windows/.test(agent)) return "windows";
  return "other";
}
