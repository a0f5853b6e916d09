/** A rule that a schema checks with code: `src/contracts/rules.ts` says each in JSON Schema. */
export type Rule =
  | 'addresses'
  | 'disk-ids-are-short'
  | 'first-network-has-mac'
  | 'id-or-addrs'
  | 'ip-fits-use-ipv6'
  | 'length'
  | 'no-control-characters'
  | 'no-lone-surrogates'
  | 'one-enterprise'
  | 'one-password';

/** What `refine` is given: the words of a refusal, and which rule it is. */
export const rule = (name: Rule, error: string, path?: PropertyKey[]) => ({
  error,
  params: { rule: name },
  ...(path && { path }),
});
