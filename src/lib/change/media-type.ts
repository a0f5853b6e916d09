const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[\t !#-\[\]-~]|\\[\t -~])*"`;
const VALUE = `(?:${TOKEN}|${QUOTED})`;
/** Parameters as in RFC 9110 (5.6.6): a value may be in quotes, and nothing may follow a semicolon. */
const PARAMETERS = String.raw`[ \t]*(?:;[ \t]*(?:${TOKEN}=${VALUE}[ \t]*)?)*`;

/** Matches a JSON media type: its subtype is `json` or ends in `+json` (CloudEvents JSON format, 3.1), with any parameters. */
export const JSON_MEDIA_TYPE = new RegExp(`^${TOKEN}/(?:${TOKEN}[+])?[Jj][Ss][Oo][Nn]${PARAMETERS}$`);

const MEDIA_TYPE = new RegExp(`^(${TOKEN}/${TOKEN})(${PARAMETERS})$`);
const PARAMETER = new RegExp(String.raw`;[ \t]*(?:(${TOKEN})=(${VALUE})[ \t]*)?`, 'g');

/** A media type in lower case without its parameters, and the charset that they name. */
interface MediaType {
  name: string;
  charset?: string;
}

/** Reads a media type in any legal form. Undefined if the text is not a media type. */
export function readMediaType(text: string): MediaType | undefined {
  const [, name, parameters = ''] = MEDIA_TYPE.exec(text) ?? [];
  if (name === undefined) return undefined;
  const named = [...parameters.matchAll(PARAMETER)].find(([, parameter]) => parameter?.toLowerCase() === 'charset');
  const charset = named?.[2]?.replace(/^"(.*)"$/, '$1').replaceAll(/\\(.)/g, '$1');
  return { name: name.toLowerCase(), ...(charset !== undefined && { charset: charset.toLowerCase() }) };
}
