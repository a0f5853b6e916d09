/** The account id of all stand-ins for AWS. */
export const ACCOUNT = '000000000000';

/** Credentials that every stand-in accepts. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
