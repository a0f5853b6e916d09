/** An access key; securityToken makes it a temporary one, whose token must come along signed. */
export type AccessKey = { access: string; secret: string; securityToken?: string; domainId?: string };

/** An IAM user; without projects any project id may be asked for. */
export type User = {
  name: string;
  password: string;
  domain: string;
  domainId?: string;
  projects?: { id: string; name: string }[];
};

/** Who may call. */
export type Credentials = { accessKeys: AccessKey[]; users: User[] };

/** The project id of the manuals' examples; the default in every README line. */
export const DEFAULT_PROJECT_ID = '0123456789abcdef0123456789abcdef';

/** The account id that goes with DEFAULT_CREDENTIALS. */
export const DEFAULT_DOMAIN_ID = 'fedcba9876543210fedcba9876543210';

/** The access key of a simulator on one machine; it opens nothing else. */
export const DEFAULT_ACCESS_KEY: AccessKey = {
  access: 'SIMULATORACCESSKEY01',
  secret: 'simulator-secret-key-0000000000000001',
  domainId: DEFAULT_DOMAIN_ID,
};

/** The user of a simulator on one machine. */
export const DEFAULT_USER: User = {
  name: 'relay',
  password: 'simulator-password',
  domain: 'simulator',
  domainId: DEFAULT_DOMAIN_ID,
};

/** Who may call a simulator that was told nothing else. */
export const DEFAULT_CREDENTIALS: Credentials = { accessKeys: [DEFAULT_ACCESS_KEY], users: [DEFAULT_USER] };
