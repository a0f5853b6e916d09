import * as z from 'zod';

const Project = z.strictObject({ id: z.string().min(1), name: z.string().min(1) });

/** An access key. With a securityToken it is temporary, and requests must have the token. Without projects it may use any project. */
const AccessKey = z.strictObject({
  access: z.string().min(1),
  secret: z.string().min(1),
  securityToken: z.string().optional(),
  domainId: z.string().optional(),
  projects: z.array(Project).optional(),
});
export type AccessKey = z.infer<typeof AccessKey>;

/** An IAM user. The default of the id is the name. Without projects the user may ask for any project. */
const User = z.strictObject({
  id: z.string().optional(),
  name: z.string().min(1),
  password: z.string().min(1),
  domain: z.string().min(1),
  domainId: z.string().optional(),
  projects: z.array(Project).optional(),
});
export type User = z.infer<typeof User>;

/** The project id of the manuals' examples, which the README uses too. */
export const DEFAULT_PROJECT_ID = '0123456789abcdef0123456789abcdef';

/** The account id of DEFAULT_CREDENTIALS. */
export const DEFAULT_DOMAIN_ID = 'fedcba9876543210fedcba9876543210';

/** The access key of a simulator on one machine. It is valid for nothing else. */
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

/** The keys and users that may call. */
export const Credentials = z.strictObject({
  accessKeys: z.array(AccessKey).default([DEFAULT_ACCESS_KEY]),
  users: z.array(User).default([DEFAULT_USER]),
});
export type Credentials = z.infer<typeof Credentials>;

export const DEFAULT_CREDENTIALS: Credentials = { accessKeys: [DEFAULT_ACCESS_KEY], users: [DEFAULT_USER] };

/** A project as IAM names it. */
export type Project = z.infer<typeof Project>;

/** The owner of a credential: the account, and its projects if they are listed. */
export interface Owner {
  domainId: string;
  domain: string;
  projects?: Project[] | undefined;
}

export const ownerOf = (one: AccessKey | User): Owner => ({
  domainId: one.domainId ?? DEFAULT_DOMAIN_ID,
  domain: 'domain' in one ? one.domain : DEFAULT_USER.domain,
  projects: one.projects,
});

/** The projects with this name, or all. Without a list, every name belongs to the project of the examples. */
export function projectsOf({ projects }: Pick<Owner, 'projects'>, name: string | undefined): Project[] {
  const listed = projects ?? [{ id: DEFAULT_PROJECT_ID, name: name ?? 'simulator' }];
  return name === undefined ? listed : listed.filter((one) => one.name === name);
}
