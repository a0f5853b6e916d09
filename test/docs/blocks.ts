import { readFileSync } from 'node:fs';

/** A fenced block of a page. */
interface Block {
  language: string;
  text: string;
}

/** The fenced blocks of a page, in their order. */
export const blocksOf = (page: string): Block[] =>
  [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));

/** The block of a language that has this text in it; a page has one. */
export function blockWith(page: string, language: string, part: string): string {
  const found = blocksOf(page).filter((block) => block.language === language && block.text.includes(part));
  if (found.length !== 1) throw new Error(`${page} has ${found.length} blocks of ${language} with ${part}`);
  return found[0]?.text ?? '';
}
