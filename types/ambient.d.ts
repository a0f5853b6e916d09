/** JSON.parse's source text access and raw JSON (ECMA-262 2025), which TypeScript's library does not declare yet. */
interface RawJSON {
  readonly rawJSON: string;
}
interface JSON {
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): RawJSON;
}

/** An optional peer that @middy/core's types name; it is not installed, and nothing here uses it. */
declare module '@aws/durable-execution-sdk-js' {
  export type DurableContext = never;
}
