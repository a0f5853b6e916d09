/** The account of everything that stands in for AWS. */
export const ACCOUNT = '000000000000';

/** Credentials that every stand-in takes. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
