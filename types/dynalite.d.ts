/** An in-process DynamoDB over memory; the package brings no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options?: { createTableMs?: number }): Server;
}
/** What its server does with one call: it works on a store, and answers at once if that does. */
declare module 'dynalite/actions/*' {
  interface Refused extends Error {
    body?: { __type: string; message: string };
  }
  export default function act(
    store: object,
    input: object,
    then: (error: Refused | null, output: unknown) => void,
  ): void;
}
declare module 'dynalite/validations/index.js' {
  /** Parses the expressions of an input into `_condition` and `_updates`; gives what is wrong with them. */
  export function validateExpressions(input: object): string | undefined;
  export function validateAttributeValue(value: object): string | undefined;
}
