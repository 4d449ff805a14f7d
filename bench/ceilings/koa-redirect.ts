import Koa from 'koa';

/** The least a callback can do: Koa, one redirect. */
const app = new Koa();
app.use((ctx) => {
  ctx.status = 303;
  ctx.redirect('/logins/0');
});
app.listen(Number(process.env['PORT']), '127.0.0.1');
