/** The people of the samples: the same in every product, and nobody's real account. */

export const MAJA = {
  displayName: "Maja Lindqvist",
  accountId: "712020:example-maja-lindqvist",
  username: "mlindqvist",
  userKey: "ff80808149aa0d3a0149aa0e21c40007",
  email: "maja.lindqvist@harbourline.example",
};

export const OSCAR = {
  displayName: "Oscar Takeda",
  accountId: "712020:example-oscar-takeda",
  username: "otakeda",
  userKey: "ff80808149aa0d3a0149aa0e21c40011",
  email: "oscar.takeda@harbourline.example",
};

export const BRUNA = {
  displayName: "Bruna Ferreira",
  accountId: "712020:example-bruna-ferreira",
  username: "bferreira",
  userKey: "ff80808149aa0d3a0149aa0e21c40042",
  email: "bruna.ferreira@harbourline.example",
};

export type SamplePerson = typeof MAJA;
