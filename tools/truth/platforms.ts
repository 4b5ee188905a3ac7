/** What the platforms that some tools belong to have in every database, as far as migrations use it. */

/** By tool. Roles may be there from the history before. */
export const platforms: Readonly<Partial<Record<string, string>>> = {
  supabase: `
    DO $$
    DECLARE role text;
    BEGIN
      FOREACH role IN ARRAY ARRAY['anon', 'authenticated', 'service_role', 'authenticator', 'supabase_admin',
        'supabase_auth_admin', 'supabase_storage_admin', 'dashboard_user']
      LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
          EXECUTE format('CREATE ROLE %I', role);
        END IF;
      END LOOP;
    END $$;
    CREATE SCHEMA auth;
    CREATE SCHEMA storage;
    CREATE SCHEMA extensions;
    CREATE SCHEMA realtime;
    CREATE SCHEMA vault;
    CREATE EXTENSION pgcrypto SCHEMA extensions;
    CREATE EXTENSION "uuid-ossp" SCHEMA extensions;
    GRANT USAGE ON SCHEMA public, auth, storage, extensions TO anon, authenticated, service_role;
    CREATE TABLE auth.users (id uuid PRIMARY KEY, instance_id uuid, aud varchar(255), role varchar(255),
      email varchar(255), encrypted_password varchar(255), email_confirmed_at timestamptz, confirmed_at timestamptz,
      invited_at timestamptz, last_sign_in_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb,
      is_super_admin boolean, phone text UNIQUE, phone_confirmed_at timestamptz, banned_until timestamptz,
      deleted_at timestamptz, is_anonymous boolean NOT NULL DEFAULT false, created_at timestamptz, updated_at timestamptz);
    CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
      AS $$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (auth.jwt() ->> 'sub')::uuid $$;
    CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT auth.jwt() ->> 'role' $$;
    CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS $$ SELECT auth.jwt() ->> 'email' $$;
    CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL UNIQUE, owner uuid, created_at timestamptz DEFAULT now(),
      updated_at timestamptz DEFAULT now(), public boolean DEFAULT false, avif_autodetection boolean DEFAULT false,
      file_size_limit bigint, allowed_mime_types text[], owner_id text);
    CREATE TABLE storage.objects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text REFERENCES storage.buckets (id),
      name text, owner uuid, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
      last_accessed_at timestamptz DEFAULT now(), metadata jsonb, path_tokens text[], version text, owner_id text,
      user_metadata jsonb);
    ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
    CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE
      AS $$ SELECT (string_to_array(name, '/'))[1 : array_length(string_to_array(name, '/'), 1) - 1] $$;
    CREATE FUNCTION storage.filename(name text) RETURNS text LANGUAGE sql IMMUTABLE
      AS $$ SELECT (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)] $$;
    CREATE FUNCTION storage.extension(name text) RETURNS text LANGUAGE sql IMMUTABLE
      AS $$ SELECT reverse(split_part(reverse(storage.filename(name)), '.', 1)) $$;
    CREATE PUBLICATION supabase_realtime`,
};
