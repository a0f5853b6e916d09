/** A query as it is signed and sent: sorted by name, and everything escaped but letters, digits and - . _ ~ (RFC 3986). */
export const query = (values: Readonly<Record<string, string | number>>): string =>
  Object.keys(values)
    .sort()
    .map((name) => `${escapeText(name)}=${escapeText(String(values[name]))}`)
    .join('&');
const escapeText = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const SEGMENT = /^[A-Za-z0-9_-]{1,255}$/;

/** Builds a path from safe ids. Throws a RangeError for any other character; the schemas refuse those before. */
export function path(parts: TemplateStringsArray, ...ids: string[]): string {
  for (const id of ids) {
    if (!SEGMENT.test(id)) throw new RangeError('an id of the path has a character outside A-Z a-z 0-9 _ -');
  }
  return String.raw({ raw: parts }, ...ids);
}
