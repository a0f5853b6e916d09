/** Changes of a change's text that keep every other character, and so every digit, as it is. */

const ID = /("id"\s*:\s*)"(?:[^"\\]|\\.)*"/;
const SEQUENCE = /("sequence"\s*:\s*)"(\d+)"/;
const MODE = /("resume_mode"\s*:\s*)"(auto|manual)"/;
const NAME = /("name"\s*:\s*")((?:[^"\\]|\\.)*)"/;

/** The same under an id of its own. */
export function withNewId(text, stem, now = Date.now()) {
  return text.replace(ID, (_whole, before) => `${before}"${stem}-${now.toString(36)}"`);
}

/** The same name with other content. */
export function withOtherContent(text) {
  if (MODE.test(text))
    return text.replace(MODE, (_whole, before, mode) => `${before}"${mode === 'auto' ? 'manual' : 'auto'}"`);
  if (NAME.test(text)) return text.replace(NAME, (_whole, before, name) => `${before}${name}-b"`);
  return withSequence(text, (sequenceOf(text) ?? 0n) + 1n);
}

export const sequenceOf = (text) => {
  const found = SEQUENCE.exec(text);
  return found ? BigInt(found[2]) : undefined;
};

/** The same with another sequence number, which is put behind the id if there is none. */
export function withSequence(text, sequence) {
  if (SEQUENCE.test(text)) return text.replace(SEQUENCE, (_whole, before) => `${before}"${sequence}"`);
  return text.replace(ID, (whole) => `${whole},\n  "sequence": "${sequence}"`);
}

/** A name for a sample's copies. */
export const stemOf = (file) => file.replace(/^.*\//, '').replace(/\.\w+$/, '');
