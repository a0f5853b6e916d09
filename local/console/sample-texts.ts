/** A password in a JSON text: the text before it, and its value with the quotes. */
const PASSWORD = /("password"\s*:\s*)("(?:[^"\\]|\\.)+")/g;

const placeholder = (index: number) => `"(password ${index + 1} of the sample)"`;

/** A sample's text as the page gets it: a placeholder in place of each password, and every other character unchanged. */
export function withoutPasswords(text: string): string {
  let count = 0;
  return text.replaceAll(PASSWORD, (_whole, before: string) => {
    count += 1;
    return `${before}${placeholder(count - 1)}`;
  });
}

/** A text from the page with the sample's passwords in place of their placeholders. People may have edited the text. */
export function withPasswords(text: string, sample: string | undefined): string {
  const passwords = [...(sample ?? '').matchAll(PASSWORD)].map(([, , value = '']) => value);
  return passwords.reduce((restored, value, index) => restored.replaceAll(placeholder(index), () => value), text);
}
