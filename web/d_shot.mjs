import { chromium } from 'playwright';
const [,, outdir, ...specs] = process.argv;
const base='http://127.0.0.1:8170';
const browser = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--headless','--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync']});
for (const spec of specs){
  const [name,path,w,theme,lang,full]=spec.split('|');
  const ctx=await browser.newContext({viewport:{width:+w,height:+(process.env.H||(+w<500?844:900))},deviceScaleFactor:1,colorScheme:theme==='dark'?'dark':'light',locale:lang||'pt-BR',hasTouch:+w<500,isMobile:+w<500});
  const page=await ctx.newPage();
  page.on('console',m=>{if(m.type()==='error')console.log(name,'CONSOLE',m.text().slice(0,300))});
  page.on('pageerror',e=>console.log(name,'ERR',String(e).slice(0,500)));
  const r=await ctx.request.post(base+'/api/v1/auth/token',{form:{grant_type:'password',username:'analyst@example.com',password:'quatro palavras bem soltas'}});if(!r.ok())throw new Error(await r.text());
  if(theme||lang) await page.addInitScript(([theme,lang])=>{localStorage.setItem('lastro.preferences',JSON.stringify({theme,language:lang||'pt-BR'}))},[theme,lang]);
  await page.goto(base+path); await page.waitForTimeout(+(process.env.W||3500));
  await page.screenshot({path:`${outdir}/${name}.png`,fullPage:full==='full'});
  await ctx.close();
}
await browser.close();
