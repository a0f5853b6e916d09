import { type Owner, projectsOf } from './credentials.ts';
import { ProviderError } from './errors.ts';
import { routesOf } from './route.ts';
import type { Call, Operation } from './world.ts';

/** POST /v3/auth/tokens. The reply has a token in the header X-Subject-Token. */
const createToken: Operation = (world, { body, query }) => {
  let request: unknown;
  try {
    request = JSON.parse(body.toString());
  } catch {
    throw new ProviderError('IAM', 'The request body is not JSON.', 400);
  }
  return { reply: world.tokens.issue(request, (query.get('nocatalog') ?? '') === '') };
};

function ownerIn({ owner }: Call): Owner {
  if (owner === undefined) throw new ProviderError('APIGW.0301', 'x-auth-token not found');
  return owner;
}

const links = (path: string) => ({ self: `/v3${path}`, next: null, previous: null });

/** GET /v3/projects: all projects of the caller, or those with a name. The SDK finds the project of a region with it. */
const listProjects: Operation = (_world, call) => {
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

/** GET /v3/auth/domains: the caller's account. The SDK takes the id of the first one. */
const listAuthDomains: Operation = (_world, call) => {
  const { domainId: id, domain: name } = ownerIn(call);
  const domains = [{ id, name, description: '', enabled: true, links: { self: `/v3/domains/${id}` } }];
  return { reply: { status: 200, body: { domains, links: links('/auth/domains') } } };
};

const route = routesOf('iam');

/** The calls of IAM. */
export const IAM_ROUTES = [
  route('CreateToken', 'POST /v3/auth/tokens', createToken, { open: true }),
  route('ListProjects', 'GET /v3/projects', listProjects),
  route('ListAuthDomains', 'GET /v3/auth/domains', listAuthDomains),
];
