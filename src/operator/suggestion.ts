/** A command to be copied into a shell. Ids may be any text, so each is quoted as one word. */
export function suggestion(command: string, operands: string[], options: string[] = []): string {
  const isDashed = operands.some((word) => word.startsWith('-'));
  const words = isDashed ? [...options, '--', ...operands] : [...operands, ...options];
  return ['relay', command, ...words.map(shellWord)].join(' ');
}

/** Text as one word of a POSIX shell. */
export const shellWord = (text: string) =>
  /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
