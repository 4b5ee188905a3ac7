import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../src/index.ts";
import { mikroOrm } from "../../src/project/tools/mikro-orm.ts";
import { typeorm } from "../../src/project/tools/typeorm.ts";
import type { Tool } from "../../src/project/tool.ts";

const files = {
  "package.json": "{}",
  "src/base.ts": `
export abstract class Base {
  @PrimaryGeneratedColumn("uuid") id: string; // not @Column() old
  @CreateDateColumn() createdAt: Date;
}`,
  "src/saving/deposit.ts": `
@Entity()
@ObjectType({ description: "a { brace" })
@Index("by_number", ["number", "depot"], { unique: true })
@Index((deposit: SavingDeposit) => [deposit.paidBy], { where: "paid" })
export class SavingDeposit extends Base {
  @Column({ type: "varchar", default: () => "now()", name: "deposit_no" })
  number!: string;

  // @ManyToOne(() => User) owner: User;
  @Field(() => Depot)
  @ManyToOne(() => Depot, (depot) => depot.deposits, { onDelete: "CASCADE" })
  readonly depot: Relation<Depot>;

  @ManyToOne(() => Base)
  @JoinColumn({ name: "payer" })
  @Index()
  paidBy?: Base;

  @OneToOne(() => Depot, (depot) => depot.last) inverse: Depot;
  @ManyToOne(() => Missing) missing: Missing;
  @Column(() => Address) address: Address;

  constructor(private readonly depots: Depot[]) { super(); this.depot = depots[0]; }
}
@Entity("depots") class Depot extends Base { @OneToMany(() => SavingDeposit, (one) => one.depot) deposits: SavingDeposit[]; }
`,
  "src/other.ts": `@Entity() @Index(fields) class Unclear { @Column() name: string }`,
};

function tablesOf(tool: Tool, more: Record<string, string> = {}) {
  return tool.declaredTables?.(memoryFileSystem({ ...files, ...more }), "src/migrations");
}

describe("entities with decorators", () => {
  it("have the columns of their fields and relations", () => {
    const [deposit, depot, ...others] = tablesOf(typeorm) ?? [];
    expect(others).toEqual([]);
    expect(depot).toMatchObject({ name: "Depot", table: "depots" });
    expect(deposit).toMatchObject({ name: "SavingDeposit", table: "saving_deposit" });
    expect(Object.fromEntries(deposit?.columns ?? [])).toEqual({
      id: "id",
      createdAt: "createdAt",
      number: "deposit_no",
      depot: "depotId",
      paidBy: "payer",
    });
  });

  it("declare indexes by the names of fields", () => {
    const [deposit] = tablesOf(typeorm) ?? [];
    expect(deposit?.indexes).toEqual([
      { name: undefined, unique: false, fields: ["paidBy"], text: "@Index of paidBy" },
      { name: undefined, unique: true, primary: true, fields: ["id"], text: "the primary key on id" },
      {
        name: "by_number",
        unique: true,
        fields: ["number", "depot"],
        text: '@Index("by_number", ["number", "depot"], { unique: true })',
      },
      expect.objectContaining({ fields: ["paidBy"], partial: true }),
    ]);
  });

  it("follow the naming strategy that the settings state, if it is known", () => {
    const strategy = (name: string): Record<string, string> => ({
      "src/data-source.ts": `new DataSource({ namingStrategy: new ${name}() })`,
    });
    const [deposit] = tablesOf(typeorm, strategy("SnakeNamingStrategy")) ?? [];
    expect(deposit?.columns.get("depot")).toBe("depot_id");
    expect(deposit?.columns.get("createdAt")).toBe("created_at");
    expect(tablesOf(typeorm, strategy("OurStrategy"))).toBeUndefined();
  });

  it("are read as another library reads them", () => {
    const [order] =
      tablesOf(mikroOrm, {
        "src/saving/deposit.ts": `
@Entity({ tableName: "orders" })
@Index({ name: "by_maker", properties: ["madeBy"] })
@Unique({ properties: "shipNo" })
class Order {
  @PrimaryKey() id!: number;
  @Property({ type: "string" }) shipNo!: string;
  @ManyToOne({ entity: () => Order, nullable: true }) madeBy?: Order;
  @ManyToOne(() => Order, { fieldName: "parent" }) above?: Order;
}`,
      }) ?? [];
    expect(order?.table).toBe("orders");
    expect(Object.fromEntries(order?.columns ?? [])).toEqual({
      id: "id",
      shipNo: "ship_no",
      madeBy: "made_by_id",
      above: "parent",
    });
    expect(order?.indexes.map(({ name, unique, fields }) => [name, unique, fields])).toEqual([
      [undefined, true, ["id"]],
      ["by_maker", false, ["madeBy"]],
      [undefined, true, ["shipNo"]],
    ]);
  });

  it("are read in linear time from hostile files", () => {
    const entity = "@Entity() export class Hostile {\n  @Column() a: string;\n";
    for (const text of ["/*", "class a ", '"\\"', "`\\`", "@a(", "a ", "a   ", "[{", "@a ", entity]) {
      const hostile = entity + text.repeat(190_000 / text.length);
      expect(tablesOf(typeorm, { "src/hostile.ts": hostile })?.some(({ table }) => table === "depots")).toBe(
        true,
      );
    }
  });
});
