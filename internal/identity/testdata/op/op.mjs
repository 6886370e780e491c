// An OpenID provider for tests: node op.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI.
// Whoever signs in with a login L is the subject L, with the e-mail address L.
// It is verified unless L begins with "unverified".
import Provider from 'oidc-provider';

const [port, clientId, clientSecret, redirectUri] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
  claims: { email: ['email', 'email_verified'], profile: ['name', 'locale'] },
  cookies: { keys: ['for tests only'] },
  pkce: { required: () => true },
  async findAccount(ctx, id) {
    return {
      accountId: id,
      async claims() {
        return { sub: id, email: id, email_verified: !id.startsWith('unverified'), name: `Name of ${id.split('@')[0]}`, locale: 'en' };
      },
    };
  },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
process.stdin.on('end', () => process.exit(0)).resume(); // ends with the test that started it
