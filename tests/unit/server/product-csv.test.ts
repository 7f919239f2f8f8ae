import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseProductCsv } from '../../../server/catalogue/parse-product-csv.ts'

const linesOf = (csv: string): number[] => parseProductCsv(csv).problems.map(({ line }) => line)

describe('parseProductCsv', () => {
  it('reads any order of columns, English or Indonesian, comma, semicolon or tab', () => {
    const wanted = [{ line: 2, name: 'Teh Poci', price: 4000, stock: 12.5, barcode: '8991002101234' }]
    expect(parseProductCsv('name,price,stock,barcode\nTeh Poci,4000,12.5,8991002101234\n')).toEqual({
      products: wanted,
      problems: [],
    })
    expect(parseProductCsv('\uFEFFBarcode;Stok;Harga;Nama\r\n8991002101234;12.5;4000;Teh Poci\r\n').products).toEqual(
      wanted,
    )
    expect(parseProductCsv('nama\tharga\tstok\tbarcode\nTeh Poci\t4000\t12.5\t8991002101234').products).toEqual(wanted)
  })

  it('leaves out what an empty cell does not say, and takes away what it does', () => {
    const { products } = parseProductCsv('name,price,sku,stock,unit,active\nTeh,1,,,,\n')
    expect(products).toEqual([{ line: 2, name: 'Teh', price: 1, sku: null }])
  })

  it('keeps quotes, separators and markup in a name as they are', () => {
    const { products, problems } = parseProductCsv('name,price\n"Kopi ""Susu"", 1 L <b>",5000\n')
    expect(problems).toEqual([])
    expect(products[0]?.name).toBe('Kopi "Susu", 1 L <b>')
  })

  it('names every bad line, in the order of the file', () => {
    const csv = [
      'name,price,stock,barcode,active',
      'Good,1000,1,1,yes',
      ',1000,1,2,yes',
      'Price,15.000,1,3,yes',
      'Price,-1,1,4,yes',
      'Stock,1000,1.2345,5,yes',
      'Exponent,1000,1,8.99E+12 x,yes',
      'Active,1000,1,7,maybe',
      'Short,1000',
      'Twice,1000,1,1,yes',
      'Huge,99999999999999,1,9,no',
    ].join('\n')
    expect(linesOf(csv)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(parseProductCsv(csv).problems.find(({ line }) => line === 10)?.reason).toBe(
      'barcode 1 stands in line 2 already',
    )
  })

  it('counts lines as a spreadsheet does, blank ones included', () => {
    expect(linesOf('name,price\nA,1\n\n\nB,x\n')).toEqual([5])
  })

  it('says all that is wrong with one line', () => {
    expect(parseProductCsv('name,price,stock\n,x,y\n').problems[0]?.reason).toMatch(/^name .*; price .*; stock /)
  })

  it('points at the line in which a quote is not closed', () => {
    expect(linesOf('name,price\nA,1\n"B,2\nC,3\n')).toEqual([3])
  })

  it.each([
    ['', 1],
    ['nothing,known\na,b', 1],
    ['name\nA', 1],
    ['name,name,price\na,b,1', 1],
    ['name,price\n', 2],
  ])('refuses a file that holds no catalogue: %j', (csv, line) => {
    expect(linesOf(csv)).toEqual([line])
  })

  it.each(['8.99E+12', '8,99E12', '8991002101234.00'])(
    'refuses the barcode %j, of which a spreadsheet made a number',
    (code) => {
      const reason =
        'barcode was made a number by a spreadsheet and lost its digits; format the column as text and type it anew'
      expect(parseProductCsv(`name;price;barcode\nTeh;1;${code}\n`).problems).toEqual([{ line: 2, reason }])
    },
  )

  it('reads codes as a scanner will: no apostrophe, no blanks inside of quotes, one spelling', () => {
    const csv = `name,price,sku,barcode\n" Teh ",1," SM-1 ",'8991002101234\nKopi,1,'007,"=""036000291453"""\n`
    expect(parseProductCsv(csv)).toEqual({
      products: [
        { line: 2, name: 'Teh', price: 1, sku: 'SM-1', barcode: '8991002101234' },
        { line: 3, name: 'Kopi', price: 1, sku: '007', barcode: '0036000291453' },
      ],
      problems: [],
    })
    expect(linesOf('name,price,barcode\nA,1,036000291453\nB,1,0036000291453\n')).toEqual([3])
  })

  it('names line and reason of what a spreadsheet changed, or showed in place of a value', () => {
    const csv =
      'name;price;sku;barcode\nA;1;SM-1;8.991.002.101.234\nB;1;########;\nC;1;;8991002101234-\n#NAME?;1;;\nE;1;’899;８９９\n'
    const { problems } = parseProductCsv(csv)
    expect(problems.map(({ line, reason }) => [line, reason.split(' ').slice(0, 5).join(' ')])).toEqual([
      [2, 'barcode was made an amount'],
      [3, 'sku is what a spreadsheet'],
      [4, 'barcode was made an amount'],
      [5, 'name is what a spreadsheet'],
    ])
    expect(parseProductCsv('name;price;sku;barcode\nE;1;’899;８９９\n').products).toMatchObject([
      { sku: '899', barcode: '899' },
    ])
  })

  it("takes Excel's word for what stands between the cells, and counts its line", () => {
    const wanted = [{ line: 3, name: 'Teh, manis', price: 4000 }]
    expect(parseProductCsv('sep=;\r\nname;price\r\nTeh, manis;4000\r\n').products).toEqual(wanted)
    expect(parseProductCsv('\ufeff"sep=;"\nname;price\nTeh, manis;4000\n').products).toEqual(wanted)
    expect(linesOf('sep=\t\nname\tprice\nTeh\tx\n')).toEqual([3])
  })

  it('refuses a number with two readings, and reads one that has one', () => {
    expect(parseProductCsv('name;price;stock\nTeh;1.250.000;1,5\nKopi;15000,00;-2\n').products).toMatchObject([
      { price: 1_250_000, stock: 1.5 },
      { price: 15_000, stock: -2 },
    ])
    expect(linesOf('name;price;stock\nTeh;15.000;1\nKopi;1;1.500\nRoti;1;5,000\nGula;0.500;1\n')).toEqual([2, 3, 4, 5])
    expect(linesOf('name,price,stock\nTeh,"5,000",1\nKopi,"5,000.00",1\nRoti,1,"5,000"\n')).toEqual([2, 3, 4])
    const [problem] = parseProductCsv('name;price;stock\nKopi;1;5,000\n').problems
    expect(problem?.reason).toMatch(/^stock can be thousands or decimals; write 1500 for the one/)
    expect(parseProductCsv('name,price,stock\nKopi,1,1.500\n').products).toMatchObject([{ stock: 1.5 }])
  })

  it('says of a workbook, and of a name that lost characters, what they are', () => {
    expect(parseProductCsv('PK\u0003\u0004\u0014').problems[0]?.reason).toBe('this is a workbook; save it as CSV first')
    expect(linesOf('name,price\nCaf\ufffd,1\n')).toEqual([2])
  })

  it('takes no name that every object has for a column or a flag', () => {
    const header = 'name,price,active,constructor,__proto__,toString'
    const { products, problems } = parseProductCsv(`${header}\nTeh,1,1,a,b,c\nKopi,1,constructor,a,b,c\n`)
    expect(products).toEqual([{ line: 2, name: 'Teh', price: 1, active: true }])
    expect(problems).toEqual([{ line: 3, reason: 'active is neither yes nor no' }])
  })

  it('takes 50,000 products with blank rows around them; of a longer file no more is read', () => {
    const rows = (count: number) => Array.from({ length: count }, (_, index) => `Barang ${index},1000\n`).join('')
    const blank = ',\n'.repeat(5_000)
    expect(parseProductCsv(`name,price\n${blank}${rows(50_000)}`).products).toHaveLength(50_000)
    const tooMany = [{ line: 50_002, reason: 'a file holds at most 50000 products' }]
    expect(parseProductCsv(`name,price\n${rows(50_001)}"never`)).toEqual({ products: [], problems: tooMany })
    // As a spreadsheet writes that is formatted down to its end.
    const blankBelow = [{ line: 200_001, reason: 'a file holds at most 200000 rows: remove the blank ones' }]
    expect(parseProductCsv(`name,price\nTeh,1000\n${',\n'.repeat(250_000)}`)).toEqual({
      products: [],
      problems: blankBelow,
    })
  })

  it('refuses a line that no catalogue has before anything is read of it', () => {
    const huge = 'x'.repeat(9_000_000)
    expect(parseProductCsv(`name,price\nTeh,1\n${huge},1\n`)).toEqual({
      products: [],
      problems: [{ line: 3, reason: 'the line is longer than 20000 characters' }],
    })
    expect(linesOf(`name,price,${huge}`)).toEqual([1])
    expect(linesOf(`name,price\nTeh,1,${','.repeat(30_000)}`)).toEqual([2])
  })

  it('never throws, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, withHeader) => {
        const { products, problems } = parseProductCsv(withHeader ? `name,price\n${text}` : text)
        expect(products.length + problems.length).toBeGreaterThan(0)
      }),
    )
  })
})
