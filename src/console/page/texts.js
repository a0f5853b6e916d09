/** Functions that edit the text of a change and keep every other character, and so every digit. */

const ID = /("id"\s*:\s*)"(?:[^"\\]|\\.)*"/;
const SEQUENCE = /("sequence"\s*:\s*)"(\d+)"/;
const MODE = /("resume_mode"\s*:\s*)"(auto|manual)"/;
const NAME = /("name"\s*:\s*")((?:[^"\\]|\\.)*)"/;

/** The same change under a new id. */
export function withNewId(text, stem, now = Date.now()) {
  return text.replace(ID, (_whole, before) => `${before}"${stem}-${now.toString(36)}"`);
}

/** The same id with other content. */
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

/** The same change with another sequence. If it has none, one is inserted after the id. */
export function withSequence(text, sequence) {
  if (SEQUENCE.test(text)) return text.replace(SEQUENCE, (_whole, before) => `${before}"${sequence}"`);
  return text.replace(ID, (id) => `${id},\n  "sequence": "${sequence}"`);
}

/** The start of the ids of a sample's copies. */
export const stemOf = (file) => file.replace(/^.*\//, '').replace(/\.\w+$/, '');
