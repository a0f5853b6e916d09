/** The address of a schema; nothing is served there, it only names. A change's `dataschema` may be this. */
export const schemaId = (name: string, revision?: string) =>
  `https://migration-relay.example/schemas/${name}${revision === undefined ? '' : `/${revision}`}`;
