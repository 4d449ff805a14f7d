import test from 'ava';
import { execa } from 'execa';

const answers = test.macro<[file: string, args: string[], answer: RegExp]>({
  async exec(t, file, args, answer) {
    const { exitCode, stderr } = await execa(process.execPath, [file, ...args], { reject: false });
    t.is(exitCode, 2);
    t.regex(stderr, answer);
    // The list of those there are, and no stack.
    t.regex(stderr, /^Options:\n {2}--/m);
    t.notRegex(stderr, /^ {4}at /m);
  },
  title: (_, file, args) => `${file} ${args.join(' ')} is answered with the list of options`,
});

test(answers, 'bench/main.ts', ['--fast'], /unknown option '--fast'/);
test(answers, 'bench/main.ts', ['--rounds', 'many'], /'many' is invalid. A number above 0 is needed/);
test(answers, 'bench/main.ts', ['--rows', 'depth,width'], /no such rows: width\. There are .*depth/);
test(
  answers,
  'bench/main.ts',
  ['--against', '.', '--rows', 'depth'],
  /There are logins, logins-150ms, callbacks, watched/,
);
test(answers, 'bench/main.ts', ['--subjects', 'A,D'], /no such subjects: D\. There are apart, one, A, B, C/);
test(answers, 'bench/main.ts', ['--against', '.', '--people', '100,x'], /A number above 0 is needed/);
test(answers, 'bench/main.ts', ['--against', '.', '--save'], /'--save' cannot be used with/);
test(answers, 'bench/scale.ts', ['--depths', '10,x'], /A number above 0 is needed/);
test(answers, 'bench/profile.ts', ['--second', '1'], /unknown option '--second'/);
test(answers, 'chaos/main.ts', ['--scenarios'], /unknown option '--scenarios'/);
test(answers, 'chaos/main.ts', ['--scenario', 'none'], /There is no such scenario; there are burst,/);
