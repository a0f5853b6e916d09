const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[\t !#-\[\]-~]|\\[\t -~])*"`;
const VALUE = `(?:${TOKEN}|${QUOTED})`;
/** Parameters as RFC 9110 has them (5.6.6): a value may stand in quotes, and a parameter may be missing after its semicolon. */
const PARAMETERS = String.raw`[ \t]*(?:;[ \t]*(?:${TOKEN}=${VALUE}[ \t]*)?)*`;

/** A media type that says JSON: the subtype is `json` or ends in `+json` (CloudEvents JSON format, 3.1), whatever its parameters. */
export const JSON_MEDIA_TYPE = new RegExp(`^${TOKEN}/(?:${TOKEN}[+])?[Jj][Ss][Oo][Nn]${PARAMETERS}$`);

const MEDIA_TYPE = new RegExp(`^(${TOKEN}/${TOKEN})(${PARAMETERS})$`);
const PARAMETER = new RegExp(String.raw`;[ \t]*(?:(${TOKEN})=(${VALUE})[ \t]*)?`, 'g');

/** A media type without its parameters, in lower case, and the charset that they name. */
export interface MediaType {
  name: string;
  charset?: string;
}

/** Reads a media type in any legal form; undefined for what is none. */
export function readMediaType(text: string): MediaType | undefined {
  const [, name, parameters = ''] = MEDIA_TYPE.exec(text) ?? [];
  if (name === undefined) return undefined;
  const named = [...parameters.matchAll(PARAMETER)].find(([, parameter]) => parameter?.toLowerCase() === 'charset');
  const charset = named?.[2]?.replace(/^"(.*)"$/, '$1').replaceAll(/\\(.)/g, '$1');
  return { name: name.toLowerCase(), ...(charset !== undefined && { charset: charset.toLowerCase() }) };
}
