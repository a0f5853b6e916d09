/**
 * The folders of src/lib, each with the folders under test/lib whose tests run for its mutants. A mutant counts as killed
 * only if one of these tests fails. So the score is a lower bound: the simulation and the tests of console and deployment
 * notice more.
 */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  functions: ['functions', 'webhook'],
  aws: ['aws', 'relay'],
  provider: ['provider'],
  observability: ['observability'],
  relay: ['relay'],
  webhook: ['webhook', 'functions'],
  change: ['change'],
  operations: ['operations'],
  secrets: ['secrets'],
  json: ['json', 'change'],
  http: ['http'],
};
