/** The projects whose own migrations are run, and what their code needs for it. */

interface Needs {
  /** `owner/name` on GitHub. */
  readonly repository: string;
  readonly python: string;
  readonly packages: readonly string[];
  /** Its list of packages, and those of them that aren't installed: what has to be compiled, and what migrations don't use. */
  readonly requirements?: { readonly file: string; readonly without: readonly string[] };
  /** Packages that the migrations import and that aren't installed: they get no content. */
  readonly stubs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface AlembicProject extends Needs {
  readonly tool: "alembic";
  /** Folder of `env.py`. */
  readonly scripts: string;
  /** Folders on `sys.path`. */
  readonly paths: readonly string[];
  /**
   * The application makes its first tables, so that an empty database can't run the revisions: Alembic writes the SQL of
   * each, and the schemas that ddlint replays from that and from the Python are compared.
   */
  readonly offline?: boolean;
}

export interface DjangoProject extends Needs {
  readonly tool: "django";
  /** Folder of `manage.py`. */
  readonly folder: string;
  readonly settings: string;
}

export type WholeProject = AlembicProject | DjangoProject;

export const projects: readonly WholeProject[] = [
  {
    repository: "LAION-AI/Open-Assistant",
    tool: "alembic",
    python: "3.10",
    packages: ["alembic==1.8.1", "SQLAlchemy==1.4.41", "sqlmodel==0.0.8", "psycopg2-binary"],
    scripts: "backend/alembic",
    paths: ["backend"],
  },
  {
    repository: "LAION-AI/Open-Assistant",
    tool: "alembic",
    python: "3.10",
    packages: ["alembic==1.8.1", "SQLAlchemy==1.4.41", "sqlmodel==0.0.8", "psycopg2-binary"],
    scripts: "inference/server/alembic",
    paths: ["inference/server"],
  },
  {
    repository: "keephq/keep",
    tool: "alembic",
    python: "3.11",
    packages: [
      "alembic==1.14.0",
      "SQLAlchemy==2.0.36",
      "sqlmodel==0.0.22",
      "sqlalchemy-utils==0.41.2",
      "psycopg2-binary",
      "pyyaml",
    ],
    scripts: "keep/api/models/db/migrations",
    paths: ["."],
    stubs: ["keep"],
  },
  {
    repository: "mealie-recipes/mealie",
    tool: "alembic",
    python: "3.12",
    packages: [
      "alembic==1.13.3",
      "SQLAlchemy==2.0.36",
      "psycopg2-binary",
      "text-unidecode",
      "python-slugify",
      "python-dateutil",
      "python-dotenv",
      "pydantic",
      "pydantic-settings",
      "fastapi",
      "uvicorn",
      "bcrypt",
      "pyjwt",
      "isodate",
      "rapidfuzz",
      "orjson",
      "httpx",
      "aiofiles",
    ],
    scripts: "alembic",
    paths: ["."],
    env: { PRODUCTION: "true" },
  },
  {
    repository: "Netflix/dispatch",
    tool: "alembic",
    python: "3.11",
    packages: [
      "alembic",
      "SQLAlchemy==2.0.8",
      "sqlalchemy-utils",
      "psycopg2-binary",
      "pydantic",
      "starlette",
      "python-slugify",
      "cryptography",
    ],
    scripts: "src/dispatch/database/revisions/tenant",
    paths: ["src"],
    stubs: ["dispatch"],
    offline: true,
  },
  {
    repository: "getredash/redash",
    tool: "alembic",
    python: "3.11",
    packages: [
      "alembic==1.14.1",
      "SQLAlchemy==1.3.24",
      "sqlalchemy-searchable==1.2.0",
      "sqlalchemy-utils==0.38.3",
      "psycopg2-binary",
      "funcy",
      "cryptography",
      "setuptools",
    ],
    scripts: "migrations",
    paths: ["."],
    stubs: ["redash"],
    offline: true,
  },
  {
    repository: "healthchecks/healthchecks",
    tool: "django",
    python: "3.12",
    packages: ["psycopg[binary]"],
    requirements: { file: "requirements.txt", without: [] },
    folder: ".",
    settings: "hc.settings",
  },
  {
    repository: "bookwyrm-social/bookwyrm",
    tool: "django",
    python: "3.11",
    packages: ["--group", "main"],
    folder: ".",
    settings: "bookwyrm.settings",
    env: {
      SECRET_KEY: "secret",
      DOMAIN: "shop.example",
      EMAIL_HOST: "mail.example",
      EMAIL_HOST_USER: "u",
      EMAIL_HOST_PASSWORD: "p",
      REDIS_ACTIVITY_HOST: "127.0.0.1",
      REDIS_ACTIVITY_PORT: "6379",
      REDIS_BROKER_HOST: "127.0.0.1",
      REDIS_BROKER_PORT: "6379",
    },
  },
  {
    repository: "makeplane/plane",
    tool: "django",
    python: "3.12",
    packages: [],
    requirements: { file: "apps/api/requirements/base.txt", without: ["psycopg-c"] },
    folder: "apps/api",
    settings: "plane.settings.production",
    env: { SECRET_KEY: "secret", REDIS_URL: "redis://127.0.0.1" },
  },
  {
    repository: "netbox-community/netbox",
    tool: "django",
    python: "3.12",
    packages: ["psycopg[binary,pool]"],
    requirements: { file: "requirements.txt", without: ["mkdocs", "zensical", "psycopg"] },
    folder: "netbox",
    settings: "netbox.settings",
    stubs: ["extras.data.un_locode"],
    env: { NETBOX_CONFIGURATION: "netbox.configuration_testing" },
  },
  {
    repository: "paperless-ngx/paperless-ngx",
    tool: "django",
    python: "3.12",
    packages: [
      "azure-ai-documentintelligence>=1.0.2",
      "babel>=2.17",
      "bleach~=6.4.0",
      "celery[redis]~=5.6.2",
      "channels~=4.2",
      "channels-redis~=4.2",
      "concurrent-log-handler~=0.9.25",
      "dateparser~=1.4",
      "django~=5.2.13",
      "django-allauth[mfa,socialaccount]~=65.16.0",
      "django-auditlog~=3.4.1",
      "django-cachalot~=2.9.0",
      "django-compression-middleware~=0.5.0",
      "django-cors-headers~=4.9.0",
      "django-extensions~=4.1",
      "django-filter~=25.1",
      "django-guardian~=3.3.3",
      "django-multiselectfield~=1.0.1",
      "django-rich~=2.2.0",
      "django-soft-delete~=1.0.18",
      "django-treenode>=0.24",
      "djangorestframework~=3.16",
      "drf-spectacular~=0.30",
      "drf-spectacular-sidecar~=2026.7.1",
      "drf-writable-nested~=0.7.1",
      "filelock~=3.32.0",
      "gotenberg-client~=0.14.0",
      "httpx-oauth~=0.17",
      "ijson>=3.5.1",
      "imap-tools~=1.14.0",
      "jinja2~=3.1.5",
      "langdetect~=1.0.9",
      "pathvalidate~=3.3.1",
      "pdf2image~=1.17.0",
      "python-dateutil~=2.9.0",
      "python-dotenv~=1.2.1",
      "python-gnupg~=0.5.4",
      "python-ipware~=3.0.0",
      "python-magic~=0.4.27",
      "rapidfuzz~=3.14.5",
      "redis[hiredis]~=5.2.1",
      "regex>=2026.7.19",
      "setproctitle~=1.3.4",
      "tika-client~=0.11.0",
      "watchfiles>=1.2",
      "whitenoise~=6.11",
      "psycopg[binary,pool]==3.3",
      "pikepdf",
      "Pillow",
      "img2pdf",
      "ocrmypdf",
      "scikit-learn",
      "nltk",
      "tantivy",
      "zxing-cpp",
      "llama-index-core",
      "openai",
    ],
    folder: "src",
    settings: "paperless.settings",
    env: { PAPERLESS_SECRET_KEY: "secret" },
  },
];
