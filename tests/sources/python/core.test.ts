/** Python's core: what values are, and which calls are made in which order. */
import { beforeAll, describe, expect, test } from "vitest";
import { loadLezer, parsePython } from "../../../src/sources/python/lezer/parse.ts";
import { Sources } from "../../../src/sources/python/modules.ts";
import { written } from "../../../src/sources/python/text.ts";
import type { CallValue, Value } from "../../../src/sources/python/value.ts";
import { Run, type Site } from "../../../src/sources/python/walk.ts";

beforeAll(loadLezer);

/** A value in short. */
function shown(value: Value): string {
  switch (value.is) {
    case "text":
      return JSON.stringify(written(value));
    case "plain":
      return value.printed;
    case "list": {
      const items = value.items.map(shown).join(", ") + (value.open ? ", …" : "");
      return value.kind === "list" ? `[${items}]` : value.kind === "set" ? `{${items}}` : `(${items})`;
    }
    case "record":
      return `{${[...value.fields].map(([name, one]) => `${name}: ${shown(one)}`).join(", ")}${value.open ? ", …" : ""}}`;
    case "call":
      return call(value);
    case "name":
      return `<${value.dotted}>`;
    case "attribute":
      return `${shown(value.object)}.${value.name}`;
    case "function":
      return `function ${value.name}`;
    case "class":
      return `class ${value.dotted}`;
    case "unknown":
      return "?";
  }
}

function call({ callee, object, method, values, keywords, open }: CallValue): string {
  const given = [...values.map(shown), ...[...keywords].map(([name, one]) => `${name}=${shown(one)}`)];
  const name = callee === "" ? `${object === undefined ? "" : shown(object)}.${method}` : callee;
  return `${name}(${[...given, ...(open ? ["…"] : [])].join(", ")})`;
}

interface Ran {
  readonly value: Value | undefined;
  readonly calls: readonly string[];
  readonly lost: readonly string[];
}

/** Runs `main()` of a file; what it gives, and the calls of others that stand alone. */
function run(text: string, others: Readonly<Record<string, string>> = {}): Ran {
  const calls: string[] = [];
  const lost: string[] = [];
  const marks = ({ flow }: Site): string =>
    (flow.conditional ? " perhaps" : "") + (flow.repeated ? " repeated" : "");
  const files = { "app/migration.py": text, ...others } as Readonly<Record<string, string>>;
  const all = new Run(
    {
      call(one, site) {
        if (site.alone) calls.push(call(one) + marks(site));
        return undefined;
      },
      enter: (context, site) => calls.push(`with ${shown(context)}${marks(site)}`),
      leave: (context) => calls.push(`end ${shown(context)}`),
      raised: (error, site) => calls.push(`raise ${error === undefined ? "" : shown(error)}${marks(site)}`),
      lost: (at, why) => lost.push(`${text.slice(at.start, at.end)}: ${why}`),
    },
    { readFile: (path) => files[path] },
    new Sources(),
  );
  const main = all.open("app/migration.py", text).scope.own("main");
  if (main?.is !== "function") return { value: undefined, calls, lost };
  const at = { path: "app/migration.py", start: 0, end: 0 };
  const none = { values: [], keywords: new Map(), places: new Map(), open: false, at } as const;
  const value = all.callFunction(main, { is: "call", callee: "", method: "", ...none });
  return { value, calls, lost };
}

/** What an expression is, after some lines of the module. */
const valueOf = (expression: string, before = ""): string => {
  const { value } = run(`${before}\ndef main():\n    return ${expression}\n`);
  return value === undefined ? "nothing" : shown(value);
};

describe("values", () => {
  test.each([
    [`"a" 'b' "c"`, `"abc"`],
    [`"a" + 'b\\n\\x41\\u00e9\\'\\q'`, `"ab\\nAé'\\\\q"`],
    [String.raw`r"\n\d"`, String.raw`"\\n\\d"`],
    [`"""a\n  b"""`, `"a\\n  b"`],
    [`f"a{1 + 1}b{'c'}{{}}"`, `"a2bc{}"`],
    [`f"a{x}b"`, `"a\${x}b"`],
    [`f"a = '{x['b']}'"`, `"a = '\${x[b]}'"`],
    [`f"{1.5:>10}"`, `"\${1.5}"`],
    [`"%s-%d-%%" % ("a", 3)`, `"a-3-%"`],
    [`"%(a)s" % {"a": "b"}`, `"b"`],
    [`"{} {0} {x} {{}}".format("a", x=2)`, `"a a 2 {}"`],
    [`", ".join(["a", "b"])`, `"a, b"`],
    [`" a ".strip().upper()`, `"A"`],
    [`"a b c".split()`, `["a", "b", "c"]`],
    [`textwrap.dedent("""\n    a\n      b\n    """)`, `"\\na\\n  b\\n"`],
    [`1_000`, `1000`],
    [`9223372036854775808`, `9223372036854775808`],
    [`1.50`, `1.5`],
    [`2.0`, `2.0`],
    [`-1`, `-1`],
    [`0x10`, `16`],
    [`7 // 2 + 7 % 4 * 2 ** 3`, `27`],
    [`[1, *(2, 3)]`, `[1, 2, 3]`],
    [`{"a": 1, **{"b": 2}, 3: None}`, `{a: 1, b: 2, 3: None}`],
    [`(1,)`, `(1)`],
    [`[x + 1 for x in range(3) if x != 1]`, `[1, 3]`],
    [`{k: v for k, v in {"a": 1}.items()}`, `{a: 1}`],
    [`[a + b for a in "x y".split() for b in ("1", "2")]`, `["x1", "x2", "y1", "y2"]`],
    [`[x for x in unknown()]`, `[, …]`],
    [`"a" if 1 < 2 <= 2 else "b"`, `"a"`],
    [`unknown() or "a"`, `?`],
    [`unknown() or True`, `True`],
    [`unknown() and False`, `False`],
    [`not True and True`, `False`],
    [`not False and False`, `False`],
    [`not True or True`, `True`],
    [`not False and False or True`, `True`],
    [`False and not False or True`, `True`],
    [`not (True and False)`, `True`],
    [`"a" in ["a"] and not None is not None`, `True`],
    [`"a" if maybe() else "b"`, `?`],
    [`[1, 2, 3][1:]`, `[2, 3]`],
    [`{"a": [1, 2]}["a"][-1]`, `2`],
    [`dict(a=1).get("b", 3)`, `3`],
    [`(lambda a, b=2: a + b)(1)`, `3`],
    [`(y := "a") + y`, `"aa"`],
    [`str(5) + str(True)`, `"5True"`],
    [`list(zip(["a"], enumerate(["b"])))`, `[("a", (0, "b"))]`],
  ])("%s", (expression, expected) => {
    expect(valueOf(expression, "import textwrap")).toBe(expected);
  });

  test("names go through imports", () => {
    const before =
      "import sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\nimport a.b\nfrom x import y as z";
    expect(valueOf(`sa.Column("a", sa.String(length=5), postgresql.JSONB(), z, a.b.c)`, before)).toBe(
      `sqlalchemy.Column("a", sqlalchemy.String(length=5), sqlalchemy.dialects.postgresql.JSONB(), <x.y>, <a.b.c>)`,
    );
    expect(
      valueOf("sa.Enum('a').create(op.get_bind())", "import sqlalchemy as sa\nfrom alembic import op"),
    ).toBe(`sqlalchemy.Enum("a").create(alembic.op.get_bind())`);
  });

  test("texts know where every character stands", () => {
    const text = `def main():\n    return "a" f"b{1}" + "c"\n`;
    const { value } = run(text);
    expect(
      value?.is === "text" && value.segments.map(({ text: own, at }) => [own, text.slice(at.start, at.end)]),
    ).toEqual([
      ["a", "a"],
      ["b", "b"],
      ["1", "1"],
      ["c", "c"],
    ]);
  });
});

describe("the order of calls", () => {
  const calls = (body: string, others?: Readonly<Record<string, string>>): readonly string[] =>
    run(body, others).calls;

  test("loops over literals are unrolled, others are repeated", () => {
    expect(
      calls(`
from alembic import op
def main():
    for name, age in [("a", 1), ("b", 2)]:
        op.f(name, age)
    for x in rows():
        op.g(x)
    while True:
        op.h()
        break
`),
    ).toEqual([
      `alembic.op.f("a", 1)`,
      `alembic.op.f("b", 2)`,
      `alembic.op.g(?) perhaps repeated`,
      `alembic.op.h() repeated`,
    ]);
  });

  test("conditions that are known are followed, others make both branches doubtful", () => {
    expect(
      calls(`
from alembic import op
FLAG = False
def main():
    if FLAG:
        op.a()
    elif not FLAG:
        op.b()
    if unknown():
        x = 1
        op.c(x)
        return
    else:
        x = 2
    op.d(x)
`),
    ).toEqual([`alembic.op.b()`, `alembic.op.c(1) perhaps`, `alembic.op.d(2) perhaps`]);
  });

  test("a name that has two values under a condition isn't known, a raise is no way round", () => {
    expect(
      calls(`
from alembic import op
def main():
    x = "a"
    if unknown():
        x = "b"
    if other():
        raise ValueError("no")
    op.a(x)
`),
    ).toEqual(
      [`raise <ValueError>("no") perhaps`, `alembic.op.a(?)`].map((one) =>
        one.replace("<ValueError>", "ValueError"),
      ),
    );
  });

  test("functions of the file, with defaults, stars and what they give", () => {
    expect(
      calls(`
from alembic import op
def columns(*names, prefix="c_"):
    return [prefix + name for name in names]
def add(table, **options):
    op.add(table, *columns("a", "b"), **options)
def main():
    add("t", x=1)
    add("u")
`),
    ).toEqual([`alembic.op.add("t", "c_a", "c_b", x=1)`, `alembic.op.add("u", "c_a", "c_b")`]);
  });

  test("lists and dicts change for all names that hold them", () => {
    expect(
      calls(`
from alembic import op
ALL = []
for name in ("a", "b"):
    ALL.append(name)
def main():
    other = ALL
    other.extend(["c"])
    op.a(*ALL)
    if unknown():
        ALL.append("d")
    op.b(*ALL)
    options = {"x": 1}
    options["y"] = 2
    options.update(z=3)
    op.c(**options)
`),
    ).toEqual([`alembic.op.a("a", "b", "c")`, `alembic.op.b(…)`, `alembic.op.c(x=1, y=2, z=3)`]);
  });

  test("with, try, nested calls and what isn't Python", () => {
    const ran = run(`
from alembic import op
def main():
    with op.batch("t") as b:
        b.add(op.f("x"))
    try:
        op.a()
    except Exception:
        op.b()
    try:
        op.c()
    except Exception:
        raise
    op.d(x y)
    op.e()
`);
    expect(ran.calls).toEqual([
      `with alembic.op.batch("t")`,
      `alembic.op.batch("t").add(alembic.op.f("x"))`,
      `end alembic.op.batch("t")`,
      `alembic.op.a() perhaps`,
      `alembic.op.b() perhaps`,
      `alembic.op.c()`,
      `raise  perhaps`,
      `alembic.op.e()`,
    ]);
    expect(ran.lost).toEqual(["op.d(x y): it isn't understood"]);
  });

  test("the project's own modules are followed", () => {
    const others = {
      "app/helpers/__init__.py": "from .names import TABLE\nfrom ..models import Color\n",
      "app/helpers/names.py": 'TABLE = "orders"\n',
      "app/models.py":
        "import enum\nfrom alembic import op\nclass Color(enum.Enum):\n    RED = 'red'\n    BLUE = 'blue'\ndef drop(name):\n    op.drop(name)\n",
    };
    expect(
      calls(
        `
from alembic import op
from app import models
from app.helpers import TABLE, Color
import app.helpers.names as names
def main():
    op.a(TABLE, names.TABLE, [one.value for one in Color], Color.RED.value)
    models.drop("t")
`,
        others,
      ),
    ).toEqual([`alembic.op.a("orders", "orders", ["red", "blue"], "red")`, `alembic.op.drop("t")`]);
  });

  test("what calls itself, and what is too long, ends", () => {
    expect(run("def main():\n    main()\n").lost).toEqual(["main(): it calls itself"]);
    const text = `def main():\n    x = "a"\n${"    x = x + x\n".repeat(60)}    return x\n`;
    expect(run(text).value?.is).toBe("unknown");
  });
});

describe("the parser", () => {
  test("gives comments, and never fails", () => {
    const text = "# a\nx = 1  # b\n";
    expect(parsePython(text).comments.map(({ start, end }) => text.slice(start, end))).toEqual([
      "# a",
      "# b",
    ]);
    for (const broken of ["def", "(((((", '"""', "class :\n  (", "\u0000", "x = = 2", "with (a as b): pass"])
      expect(parsePython(broken).program.type).toBe("Script");
  });

  test("takes long and deep texts", () => {
    expect(parsePython(`x = ${"(".repeat(50_000)}`).program.type).toBe("Script");
    expect(parsePython("x = 1\n".repeat(20_000)).program.children).toHaveLength(20_000);
  });
});
