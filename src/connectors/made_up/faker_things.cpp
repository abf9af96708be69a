// What is bought, paid with, eaten, read and stored.
#include <array>

#include "connectors/made_up/faker_providers.hpp"

namespace tarn::connectors {
namespace {

constexpr auto ThingWords = std::to_array<FakerWords>({
    {"bool.bool", "true|false"},
    {"number.digit", "#{random.nextInt '0','9'}"},
    {"number.randomDigit", "#{random.nextInt '0','9'}"},
    {"number.randomDigitNotZero", "#{random.nextInt '1','9'}"},
    {"number.randomNumber", "#{random.nextInt '0','999999999'}"},
    {"number.positive", "#{random.nextInt '1','2147483647'}"},
    {"number.negative", "#{random.nextInt '-2147483648','-1'}"},
    {"color.name",
     "amber|azure|beige|black|blue|bronze|brown|coral|crimson|cyan|emerald|gold|green|grey|indigo|"
     "ivory|khaki|lavender|lime|magenta|maroon|mint|navy|olive|orange|orchid|pink|plum|purple|red|"
     "salmon|silver|tan|teal|turquoise|violet|white|yellow"},
    {"color.hex", "#{regexify '#[0-9A-F]{6}'}"},
    {"commerce.department",
     "Art|Baby|Bicycles|Books|Camping|Clothing|Electronics|Games|Garden|Grocery|Health|Home|"
     "Jewelry|Kitchen|Music|Shoes|Sports|Tools|Toys|Travel"},
    {"commerce.material",
     "Bamboo|Bronze|Canvas|Ceramic|Copper|Cork|Cotton|Glass|Granite|Leather|Linen|Marble|Oak|Paper|"
     "Rubber|Silk|Steel|Walnut|Wool"},
    {"commerce.adjective",
     "Classic|Compact|Durable|Elegant|Folding|Handy|Light|Portable|Practical|Quiet|Rugged|Sleek|"
     "Small|Sturdy|Warm"},
    {"commerce.product",
     "Backpack|Basket|Bench|Blanket|Bottle|Bowl|Chair|Clock|Desk|Gloves|Hammock|Hat|Jacket|Kettle|"
     "Keyboard|Knife|Lamp|Mirror|Mug|Notebook|Pan|Pillow|Scarf|Shelf|Shoes|Stool|Table|Tent|"
     "Umbrella|"
     "Wallet|Watch"},
    {"commerce.productName", "#{commerce.adjective} #{commerce.material} #{commerce.product}"},
    {"commerce.brand",
     "Alderway|Brightfen|Cobalt Hill|Dunmore|Everlight|Fernwood|Galehouse|Harrow|Inkwell|Larkspur|"
     "Mossbank|Northlake|Ridgeline|Stonecrop|Tidewater"},
    {"commerce.vendor", "#{company.name}"},
    {"commerce.promotionCode", "#{regexify '[A-Z]{6}[0-9]{4}'}"},
    {"currency.code",
     "AUD|BRL|CAD|CHF|CLP|CNY|CZK|DKK|EUR|GBP|HUF|IDR|INR|JPY|KES|KRW|MXN|NGN|NOK|NZD|PHP|PLN|SEK|"
     "SGD|THB|TRY|USD|VND|ZAR"},
    {"currency.name",
     "Australian dollar|Brazilian real|Czech koruna|Danish krone|Euro|Indian rupee|Japanese yen|"
     "Kenyan shilling|Mexican peso|Naira|Norwegian krone|Pound sterling|Rand|Swedish krona|"
     "Swiss franc|Turkish lira|US dollar|Won|Yuan|Zloty"},
    {"finance.creditCard", "#{numerify '4###-####-####-####'}|#{numerify '5###-####-####-####'}"},
    {"finance.bic", "#{regexify '[A-Z]{4}DE[A-Z0-9]{2}'}"},
    {"stock.nsdqSymbol", "#{regexify '[A-Z]{3,4}'}"},
    {"stock.nyseSymbol", "#{regexify '[A-Z]{1,3}'}"},
    {"crypto.md5", "#{regexify '[0-9a-f]{32}'}"},
    {"crypto.sha1", "#{regexify '[0-9a-f]{40}'}"},
    {"crypto.sha256", "#{regexify '[0-9a-f]{64}'}"},
    {"food.fruit",
     "Apple|Apricot|Banana|Blackberry|Cherry|Fig|Grape|Guava|Kiwi|Lemon|Lychee|Mango|Melon|Orange|"
     "Papaya|Peach|Pear|Plum|Pomegranate|Quince"},
    {"food.vegetable",
     "Artichoke|Asparagus|Beetroot|Broccoli|Cabbage|Carrot|Celery|Fennel|Kale|Leek|Okra|Onion|"
     "Parsnip|Pea|Potato|Pumpkin|Radish|Spinach|Turnip|Zucchini"},
    {"food.spice",
     "Anise|Cardamom|Cinnamon|Clove|Coriander|Cumin|Ginger|Nutmeg|Paprika|Pepper|Saffron|Sumac|"
     "Turmeric|Vanilla"},
    {"food.ingredient",
     "#{food.fruit}|#{food.vegetable}|Barley|Beans|Butter|Cheese|Flour|Lentils|Rice|Salt"},
    {"food.dish",
     "Biryani|Borscht|Couscous|Dumplings|Falafel|Feijoada|Goulash|Jollof rice|Lasagne|Moussaka|"
     "Paella|Pho|Pierogi|Ramen|Ratatouille|Risotto|Shakshuka|Stew|Tacos"},
    {"animal.name",
     "badger|beaver|bison|camel|crane|dolphin|eagle|ferret|fox|gecko|hare|heron|ibis|koala|lemur|"
     "lynx|marmot|moose|newt|otter|owl|panda|penguin|puffin|quokka|raven|seal|stork|tapir|walrus|"
     "wolf|yak|zebra"},
    {"book.title",
     "The #{color.name} #{animal.name}|A #{commerce.product} for #{name.firstName}|"
     "Letters from #{address.cityName}|#{name.firstName} and the #{animal.name}|"
     "A Short History of #{food.fruit}s"},
    {"book.author", "#{name.firstName} #{name.lastName}"},
    {"book.genre",
     "Biography|Comedy|Crime|Essay|Fable|Fairy tale|Fantasy|History|Horror|Memoir|Mystery|Poetry|"
     "Romance|Science fiction|Travel|Western"},
    {"book.publisher", "#{name.lastName} Books|#{name.lastName} Press|#{address.cityName} House"},
    {"music.genre",
     "Blues|Classical|Country|Electronic|Folk|Funk|Hip hop|Jazz|Latin|Metal|Pop|Reggae|Rock|Soul"},
    {"music.instrument",
     "Accordion|Bassoon|Cello|Clarinet|Drums|Flute|Guitar|Harp|Horn|Oboe|Organ|Oud|Piano|Sitar|"
     "Trumpet|Tuba|Viola|Violin"},
    {"app.name", "Birchlist|Cardinal|Dayfold|Ferry|Lantern|Nightjar|Pocketmap|Quill|Stepwise|Tern"},
    {"app.version",
     "#{random.nextInt '0','9'}.#{random.nextInt '0','20'}.#{random.nextInt '0','20'}"},
    {"file.extension", "csv|docx|gif|html|jpg|json|mp3|mp4|parquet|pdf|png|txt|xlsx|xml|zip"},
    {"file.mimeType",
     "application/json|application/pdf|application/zip|audio/mpeg|image/jpeg|image/png|text/css|"
     "text/csv|text/html|text/plain|video/mp4"},
    {"file.fileName", "#{lorem.word}/#{lorem.word}.#{file.extension}"},
    {"device.platform", "Android|iOS|Linux|macOS|Windows"},
    {"lorem.word",
     "amet|arbor|aqua|avis|caelum|canto|casa|corpus|dies|dolor|domus|ecce|flumen|fortis|hora|ignis|"
     "ipsum|labor|lacus|lorem|luna|lux|magna|mare|mons|mundus|nomen|nox|opus|pax|porta|quies|rosa|"
     "silva|sit|sol|stella|tempus|terra|unda|vallis|ventus|verbum|via|vita"},
});

}  // namespace

std::span<const FakerWords> thing_words() {
    return ThingWords;
}

}  // namespace tarn::connectors
