/** A rule that a schema checks with code. `src/contracts/rules.ts` has each of them as JSON Schema. */
export type Rule =
  | 'addresses'
  | 'disk-ids-are-short'
  | 'files-or-backup'
  | 'first-network-has-mac'
  | 'id-or-addrs'
  | 'ip-fits-use-ipv6'
  | 'length'
  | 'no-control-characters'
  | 'no-lone-surrogates'
  | 'one-enterprise'
  | 'one-password'
  | 'target-or-template';

/** The options for zod's `refine`: the message of a refusal, and the name of the rule. */
export const rule = (name: Rule, error: string, path?: PropertyKey[]) => ({
  error,
  params: { rule: name },
  ...(path && { path }),
});
