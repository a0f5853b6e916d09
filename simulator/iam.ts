import { type Owner, projectsOf } from './credentials.ts';
import { InvalidRecord } from './errors.ts';
import type { Call, Operation } from './world.ts';

/** POST /v3/auth/tokens: a token in the header X-Subject-Token. */
export const createToken: Operation = (world, { body, query }) => {
  let request: unknown;
  try {
    request = JSON.parse(body.toString());
  } catch {
    throw new InvalidRecord('IAM', 'The request body is not JSON.', 400);
  }
  return { reply: world.tokens.issue(request, (query.get('nocatalog') ?? '') === '') };
};

function ownerIn({ owner }: Call): Owner {
  if (owner === undefined) throw new InvalidRecord('APIGW.0301', 'x-auth-token not found');
  return owner;
}

const links = (path: string) => ({ self: `/v3${path}`, next: null, previous: null });

/** GET /v3/projects: the caller's projects, all or those of a name; the SDK asks so for the project of a region. */
export const listProjects: Operation = (_world, call) => {
  const owner = ownerIn(call);
  const projects = projectsOf(owner, call.query.get('name') ?? undefined).map(({ id, name }) => ({
    id,
    name,
    description: '',
    domain_id: owner.domainId,
    parent_id: owner.domainId,
    is_domain: false,
    enabled: true,
    links: { self: `/v3/projects/${id}` },
  }));
  return { reply: { status: 200, body: { projects, links: links('/projects') } } };
};

/** GET /v3/auth/domains: the caller's account; the SDK takes the first one's id. */
export const listAuthDomains: Operation = (_world, call) => {
  const { domainId: id, domain: name } = ownerIn(call);
  const domains = [{ id, name, description: '', enabled: true, links: { self: `/v3/domains/${id}` } }];
  return { reply: { status: 200, body: { domains, links: links('/auth/domains') } } };
};
