/** Statements of one to three actions on tables of several kinds, the same for a seed. */
import type { OnlineCase } from "../../../tests/effects/online.ts";

const setups: readonly (string | undefined)[] = [
  undefined,
  undefined,
  undefined,
  "ALTER TABLE t ROW_FORMAT=COMPRESSED",
  "ALTER TABLE t ROW_FORMAT=REDUNDANT",
  "ALTER TABLE t ADD FULLTEXT INDEX ft_tx (tx)",
  "ALTER TABLE t ADD COLUMN gv INT AS (a + 1) VIRTUAL",
  "ALTER TABLE t ADD COLUMN gs INT AS (a + 1) STORED",
  "ALTER TABLE t ADD COLUMN gv INT AS (a + 1) VIRTUAL, ADD INDEX k_gv (gv)",
  "ALTER TABLE t ADD CONSTRAINT fk_p FOREIGN KEY (pid) REFERENCES parent (id)",
  "ALTER TABLE t DROP PRIMARY KEY",
  "ALTER TABLE t ADD CONSTRAINT ck_a CHECK (a > 0)",
  "ALTER TABLE t MODIFY id INT NOT NULL AUTO_INCREMENT",
  "ALTER TABLE t ADD COLUMN late INT NOT NULL DEFAULT 4",
  "ALTER TABLE t ADD INDEX k_ab (a, b)",
  "ALTER TABLE t ENGINE=MyISAM",
];

const sessions: readonly (string | undefined)[] = [
  undefined,
  undefined,
  undefined,
  "SET foreign_key_checks=0",
  "SET sql_mode=''",
];

const actions: readonly string[] = [
  "ADD COLUMN z INT NULL",
  "ADD COLUMN z VARCHAR(20) NOT NULL DEFAULT 'z'",
  "ADD COLUMN z INT NULL FIRST",
  "ADD COLUMN z INT NULL AFTER a",
  "ADD COLUMN zv INT AS (b + 1) VIRTUAL",
  "ADD COLUMN zs INT AS (b + 1) STORED",
  "ADD COLUMN zu INT NULL UNIQUE",
  "DROP COLUMN s",
  "DROP COLUMN dc",
  "DROP COLUMN ix",
  "DROP COLUMN tx",
  "RENAME COLUMN s TO s9",
  "CHANGE dc dc9 DECIMAL(10,2) NULL",
  "CHANGE v v9 VARCHAR(60) NULL",
  "MODIFY v VARCHAR(60) NULL",
  "MODIFY v VARCHAR(64) NULL",
  "MODIFY v VARCHAR(40) NULL",
  "MODIFY va VARCHAR(120) CHARACTER SET latin1 NULL",
  "MODIFY va VARCHAR(300) CHARACTER SET latin1 NULL",
  "MODIFY vb VARBINARY(30) NULL",
  "MODIFY v3 VARCHAR(50) CHARACTER SET utf8mb4 NULL",
  "MODIFY v2 VARCHAR(100) COLLATE utf8mb4_bin NULL",
  "MODIFY vi VARCHAR(50) COLLATE utf8mb4_bin NULL",
  "MODIFY e ENUM('a','b','c','d') NULL",
  "MODIFY e ENUM('b','a','c') NULL",
  "MODIFY st SET('x','y','z') NULL",
  "MODIFY b BIGINT NULL",
  "MODIFY b INT NOT NULL",
  "MODIFY b INT NULL AFTER v",
  "MODIFY s SMALLINT NULL DEFAULT 3",
  "MODIFY n VARCHAR(50) NULL",
  "MODIFY tz TINYINT NULL COMMENT 'c'",
  "MODIFY d DATETIME NULL",
  "ALTER COLUMN a SET DEFAULT 5",
  "ADD INDEX k_b (b)",
  "ADD INDEX k_sv (s, v)",
  "ADD UNIQUE INDEX uq_a (a)",
  "ADD FULLTEXT INDEX ft_v (v)",
  "DROP INDEX k_ix",
  "DROP INDEX uq_u",
  "DROP INDEX k_vi, ADD INDEX k_vi (vi)",
  "RENAME INDEX k_vi TO k_vi9",
  "ALTER INDEX k_vi IGNORED",
  "DROP PRIMARY KEY",
  "DROP PRIMARY KEY, ADD PRIMARY KEY (u)",
  "ADD CONSTRAINT fk_r FOREIGN KEY (pid) REFERENCES parent (id)",
  "ADD CONSTRAINT ck_b CHECK (b >= 0)",
  "COMMENT='c'",
  "AUTO_INCREMENT=500",
  "DEFAULT CHARACTER SET latin1",
  "ROW_FORMAT=COMPACT",
  "ENGINE=InnoDB",
  "FORCE",
  "RENAME TO t9",
  "CONVERT TO CHARACTER SET utf8mb4",
];

export function randomCases(count: number, seed: number): readonly OnlineCase[] {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * limit);
  };
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  return Array.from({ length: count }, (_, i) => {
    const chosen = new Set<string>();
    for (let n = 1 + below(3); n > 0; n--) chosen.add(pick(actions));
    const [setup, session] = [pick(setups), pick(sessions)];
    return {
      id: `random-${seed}-${i}`,
      ...(setup === undefined ? {} : { setup }),
      ...(session === undefined ? {} : { session }),
      sql: `ALTER TABLE t ${[...chosen].join(", ")}`,
      on: {},
    };
  });
}
