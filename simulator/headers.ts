type Headers = Record<string, string>;

/** The headers with others laid over them, whatever case their names are written in. */
export function overlaid(under: Headers, over: Headers = {}): Headers {
  const names = new Set(Object.keys(over).map((name) => name.toLowerCase()));
  const kept = Object.entries(under).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...over };
}
