/** Classes of fields of packages that Django projects use often, and the columns that they make. */
import { dictionary } from "../../../../text/dictionary.ts";
import type { PlainValue, Value } from "../../value.ts";
import type { CustomField } from "./fields.ts";

const number = (value: number): PlainValue => ({
  is: "plain",
  value,
  printed: String(value),
  at: { path: "", start: 0, end: 0 },
});

const text = (value: string): Value => {
  const at = { path: "", start: 0, end: 0 };
  return { is: "text", segments: [{ text: value, path: "", at, exact: false }], holes: false, at };
};

const char = (length: number): CustomField => ({
  kind: "CharField",
  defaults: new Map<string, Value>([["max_length", number(length)]]),
});
const of = (kind: string): CustomField => ({ kind });

export const knownFieldClasses: Readonly<Record<string, CustomField>> = dictionary({
  "phonenumber_field.modelfields.PhoneNumberField": char(128),
  "django_countries.fields.CountryField": char(2),
  "timezone_field.fields.TimeZoneField": char(63),
  "colorfield.fields.ColorField": char(25),
  "mptt.fields.TreeForeignKey": of("ForeignKey"),
  "mptt.fields.TreeOneToOneField": of("OneToOneField"),
  "mptt.fields.TreeManyToManyField": of("ManyToManyField"),
  "modelcluster.fields.ParentalKey": of("ForeignKey"),
  "modelcluster.fields.ParentalManyToManyField": of("ManyToManyField"),
  "wagtail.fields.RichTextField": of("TextField"),
  "wagtail.fields.StreamField": of("TextField"),
  "wagtail.core.fields.RichTextField": of("TextField"),
  "wagtail.core.fields.StreamField": of("TextField"),
  "ckeditor.fields.RichTextField": of("TextField"),
  "ckeditor_uploader.fields.RichTextUploadingField": of("TextField"),
  "django_ckeditor_5.fields.CKEditor5Field": of("TextField"),
  "django_bleach.models.BleachField": of("TextField"),
  "tinymce.models.HTMLField": of("TextField"),
  "markdownx.models.MarkdownxField": of("TextField"),
  "martor.models.MartorField": of("TextField"),
  "jsonfield.fields.JSONField": of("TextField"),
  // Its rows stand in a table of the package.
  "taggit.managers.TaggableManager": {
    kind: "ManyToManyField",
    defaults: new Map([
      ["through", text("taggit.TaggedItem")],
      ["to", text("taggit.Tag")],
    ]),
  },
  "model_utils.fields.AutoCreatedField": of("DateTimeField"),
  "model_utils.fields.AutoLastModifiedField": of("DateTimeField"),
  "model_utils.fields.MonitorField": of("DateTimeField"),
  "model_utils.fields.StatusField": char(100),
  "model_utils.fields.UUIDField": of("UUIDField"),
  "django_extensions.db.fields.CreationDateTimeField": of("DateTimeField"),
  "django_extensions.db.fields.ModificationDateTimeField": of("DateTimeField"),
  "django_extensions.db.fields.AutoSlugField": of("SlugField"),
  "autoslug.fields.AutoSlugField": of("SlugField"),
  "sorl.thumbnail.fields.ImageField": of("ImageField"),
  "easy_thumbnails.fields.ThumbnailerImageField": of("ImageField"),
  "imagekit.models.fields.ProcessedImageField": of("ImageField"),
  "stdimage.models.StdImageField": of("ImageField"),
  "versatileimagefield.fields.VersatileImageField": of("ImageField"),
  "django_resized.forms.ResizedImageField": of("ImageField"),
  "cloudinary.models.CloudinaryField": char(255),
  "djmoney.models.fields.MoneyField": of("DecimalField"),
  "djmoney.models.fields.CurrencyField": char(3),
  "multiselectfield.db.fields.MultiSelectField": of("CharField"),
  "picklefield.fields.PickledObjectField": of("TextField"),
  "localflavor.us.models.USStateField": char(2),
});
