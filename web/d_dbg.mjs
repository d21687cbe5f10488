import { chromium } from 'playwright';
const base='http://127.0.0.1:8170';
const browser = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--headless','--no-sandbox','--disable-gpu']});
const ctx=await browser.newContext({viewport:{width:1440,height:900}});
await ctx.request.post(base+'/api/v1/auth/token',{form:{grant_type:'password',username:'analyst@example.com',password:'quatro palavras bem soltas'}});
const page=await ctx.newPage();
await page.goto(base+'/funds/90520928000190'); await page.waitForTimeout(4000);
console.log(JSON.stringify(await page.evaluate(()=>[...document.querySelectorAll("[data-drawn]")].map(n=>({m:n._fullLayout._size,x:n._fullLayout.xaxis.domain,r:n._fullLayout.xaxis.range,ti:n._fullLayout.xaxis.type,mg:n._fullLayout.margin})))));await page.screenshot({path:"/tmp/d_out/dbg.png"});
await browser.close();
