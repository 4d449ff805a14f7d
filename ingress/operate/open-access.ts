import type { Config } from '#config';
import type { RedisClient } from '#connections/redis-client.ts';
import { createFindSession } from '#ingress/operate/find-session.ts';
import { createPageLanguage } from '#ingress/operate/page-language.ts';
import { createSessionCookie } from '#ingress/operate/session-cookie.ts';
import type { Documents } from '#models/documents/open-documents.ts';
import { createFindNamed } from '#models/documents/operator.ts';
import { createSessions } from '#models/operators/sessions.ts';
import { createFindOperator } from '#operations/require-operator.ts';

/** Who may come in at the operator's door, by token or by session. */
export function openAccess(options: {
  redis: RedisClient;
  prefix: string;
  documents: Pick<Documents, 'operators' | 'actions'>;
  config: Pick<Config, 'ADMIN_TOKEN' | 'ADMIN_URL'>;
}) {
  const { redis, prefix, documents, config } = options;
  const { operators, actions } = documents;
  const find = createFindOperator(config.ADMIN_TOKEN, createFindNamed(operators));
  const sessions = createSessions({ redis, prefix });
  const sessionCookie = createSessionCookie(config.ADMIN_URL);
  const findSession = createFindSession({ cookie: sessionCookie, sessions, find });
  const pageLanguage = createPageLanguage(config.ADMIN_URL);
  const adminUrl = config.ADMIN_URL;
  return { operators, actions, find, findSession, sessions, sessionCookie, pageLanguage, adminUrl };
}
