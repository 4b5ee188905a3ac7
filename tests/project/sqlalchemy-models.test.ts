import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../src/index.ts";
import { sqlalchemyTables, tablesIn } from "../../src/project/sqlalchemy-models.ts";

const indexesOf = (text: string): unknown =>
  tablesIn([text]).map(({ name, table, indexes }) => [name, table, ...indexes.map((one) => one.text)]);

describe("models of SQLAlchemy", () => {
  it("have tables, columns, keys and indexes", () => {
    const [order] = tablesIn([
      `
class Order(Base):
    """class Nothing(Base): of """
    __tablename__ = "orders"  # class
    __table_args__ = (
        Index("by_user", "user_id", "number"),
        UniqueConstraint(
            "number", name="one_number"  # )
        ),
        Index("lower_name", func.lower("name")),
        {"schema": "shop"},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    userId = db.Column("user_id", db.Integer, db.ForeignKey("users.id"), index=True)
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    user: Mapped["User"] = relationship(back_populates="orders")

    def label(self):
        other = Column(Integer, index=True)
        return other
`,
    ]);
    expect(order).toMatchObject({ name: "Order", table: "orders", schema: "shop" });
    expect(Object.fromEntries(order?.columns ?? [])).toEqual({
      id: "id",
      userId: "user_id",
      number: "number",
    });
    expect(order?.indexes).toEqual([
      { name: undefined, unique: false, fields: ["userId"], text: "index=True of userId" },
      { name: undefined, unique: true, fields: ["number"], text: "unique=True of number" },
      { name: undefined, unique: true, primary: true, fields: ["id"], text: "primary_key=True of id" },
      {
        name: "by_user",
        unique: false,
        fields: ["userId", "number"],
        text: 'Index("by_user", "user_id", "number")',
      },
      {
        name: "one_number",
        unique: true,
        fields: ["number"],
        text: 'UniqueConstraint( "number", name="one_number" )',
      },
    ]);
  });

  it("inherit columns, and are called as their packages call them", () => {
    expect(
      indexesOf(`
key = Annotated[int, mapped_column(primary_key=True)]
class Base(DeclarativeBase):
    pass
class Owned:
    owner_id = Column(Integer, index=True)
class Pet(Owned, Base):
    __tablename__ = "pets"
    id: Mapped[key]
class PetBase(SQLModel):
    name: str = Field(index=True)
class Dog(PetBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
class OrderLine(db.Model):
    id = db.Column(db.Integer, primary_key=True)
members = Table("members", metadata, Column("team_id", Integer, primary_key=True), Index("of_team", "team_id"))
class Account(SQLAlchemyUserTable, Base):
    __tablename__ = "accounts"
Index("by_name", Pet.owner_id)
`),
    ).toEqual([
      ["members", "members", "primary_key=True of team_id", 'Index("of_team", "team_id")'],
      ["Pet", "pets", "index=True of owner_id", "primary_key=True of id", 'Index("by_name", Pet.owner_id)'],
      ["Dog", "dog", "index=True of name", "primary_key=True of id"],
      ["OrderLine", "order_line", "primary_key=True of id"],
    ]);
  });

  it("take the names of tables from a method, where it is known what it returns", () => {
    const named = (returned: string): unknown =>
      indexesOf(`
class Base:
    @declared_attr
    def __tablename__(cls):
        return ${returned}
class Pet(Base):
    id = Column(Integer, primary_key=True)
`);
    const key = "primary_key=True of id";
    expect(named("cls.__name__.lower()")).toEqual([["Pet", "pet", key]]);
    expect(named('f"{cls.__name__.lower()}s"')).toEqual([["Pet", "pets", key]]);
    expect(named("snake(cls.__name__)")).toEqual([]);
  });

  it("are left out where a method adds their indexes", () => {
    const pet = `class Pet(Base):
    __tablename__ = "pets"
    id = Column(Integer, primary_key=True)
    @declared_attr
    def __table_args__(cls):
        return (Index("by_name", "name"),)
`;
    expect(tablesIn([pet])).toEqual([]);
  });

  it("are left out where two classes claim a table", () => {
    const one = `class Pet(Base):\n    __tablename__ = "pets"\n`;
    expect(tablesIn([one, one])).toEqual([]);
  });

  it("are looked for in the package of the migrations", () => {
    const pet = `class Pet(Base):\n    __tablename__ = "pets"\n    id = Column(Integer, primary_key=True)\n`;
    const fs = memoryFileSystem({
      "api/requirements.txt": "alembic\n",
      "api/migrations/versions/1_a.py": "",
      "api/shop/pets.py": pet,
      "api/tests/pets.py": pet,
      "web/pets.py": pet,
    });
    expect(sqlalchemyTables(fs, "api/migrations/versions")?.map(({ name }) => name)).toEqual(["Pet"]);
  });
});
