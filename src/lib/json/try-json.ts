/** The value of a JSON text. Undefined if it is not JSON. */
export function tryJson(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
